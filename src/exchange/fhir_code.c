/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exchange/fhir_code.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

int fhir_word_value(const struct fhir_word *words, const char *code)
{
    for (; code && words->code; words++) {
        if (strcmp(words->code, code) == 0) {
            return words->value;
        }
    }
    return 0;
}

/* --- code systems --- */

static const struct {
    const char *uri, *word;
} systems[] = {
    {"http://www.nlm.nih.gov/research/umls/rxnorm", "rxnorm"},
    {"urn:oid:2.16.840.1.113883.6.88", "rxnorm"},
    {"http://snomed.info/sct", "snomed"},
    {"urn:oid:2.16.840.1.113883.6.96", "snomed"},
    {"http://hl7.org/fhir/sid/ndc", "ndc"},
    {"urn:oid:2.16.840.1.113883.6.69", "ndc"},
    {"http://hl7.org/fhir/sid/icd-10-cm", "icd10"},
    {"http://hl7.org/fhir/sid/icd-10", "icd10"},
    {"http://fhir.de/CodeSystem/bfarm/icd-10-gm", "icd10"},
    {"urn:oid:2.16.840.1.113883.6.90", "icd10"},
    {"urn:oid:2.16.840.1.113883.6.3", "icd10"},
    {"http://hl7.org/fhir/sid/icd-9-cm", "icd9"},
    {"urn:oid:2.16.840.1.113883.6.103", "icd9"},
    {"http://www.whocc.no/atc", "atc"},
    {"urn:oid:2.16.840.1.113883.6.73", "atc"},
    {"http://fdasis.nlm.nih.gov", "unii"},
    {"urn:oid:2.16.840.1.113883.4.9", "unii"},
    {"http://hl7.org/fhir/ndfrt", "ndfrt"},
    {"http://loinc.org", "loinc"},
    {"urn:oid:2.16.840.1.113883.6.1", "loinc"},
    {"http://hl7.org/fhir/sid/cvx", "cvx"},
    {"http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips", "ips-absent"},
};

const char *fhir_system_word(const char *uri)
{
    if (!uri) {
        return "";
    }
    size_t len = strlen(uri);
    len -= len > 0 && uri[len - 1] == '/' ? 1 : 0;
    for (size_t i = 0; i < COUNT(systems); i++) {
        if (strncmp(systems[i].uri, uri, len) == 0 && !systems[i].uri[len]) {
            return systems[i].word;
        }
    }
    /* an edition of SNOMED CT is named behind the system: http://snomed.info/sct/731000124108 */
    return strncmp(uri, "http://snomed.info/sct/", 23) == 0 ? "snomed" : uri;
}

const char *fhir_system_uri(const char *word)
{
    bool is_rxnorm = word && (strstr(word, "rxnorm") || strstr(word, "113883.6.88")); /* however the source spells it */
    const char *known = is_rxnorm ? "rxnorm" : fhir_system_word(word);
    for (size_t i = 0; i < COUNT(systems); i++) {
        if (strcmp(systems[i].word, known) == 0) {
            return systems[i].uri;
        }
    }
    return word;
}

/* --- absence --- */

static const struct {
    const char *system, *code;
    enum fhir_absence absence;
} absences[] = {
    {"snomed", "716186003", FHIR_ABSENCE_NO_ALLERGY}, /* no known allergy */
    {"snomed", "160244002", FHIR_ABSENCE_NO_ALLERGY}, /* its retired twin */
    {"snomed", "409137002", FHIR_ABSENCE_NO_ALLERGY}, /* no known drug allergy */
    {"ips-absent", "no-known-allergies", FHIR_ABSENCE_NO_ALLERGY},
    {"ips-absent", "no-known-medication-allergies", FHIR_ABSENCE_NO_ALLERGY},
    /* these must not stand for "no known allergies": nobody said anything about drugs */
    {"snomed", "428607008", FHIR_ABSENCE_NO_SUCH_ALLERGY},  /* environmental */
    {"snomed", "429625007", FHIR_ABSENCE_NO_SUCH_ALLERGY},  /* food */
    {"snomed", "428197003", FHIR_ABSENCE_NO_SUCH_ALLERGY},  /* insects */
    {"snomed", "716220001", FHIR_ABSENCE_NO_SUCH_ALLERGY},  /* animals */
    {"snomed", "716184000", FHIR_ABSENCE_NO_SUCH_ALLERGY},  /* latex */
    {"snomed", "1003774007", FHIR_ABSENCE_NO_SUCH_ALLERGY}, /* latex of Hevea */
    {"ips-absent", "no-known-environmental-allergies", FHIR_ABSENCE_NO_SUCH_ALLERGY},
    {"ips-absent", "no-known-food-allergies", FHIR_ABSENCE_NO_SUCH_ALLERGY},
    {"snomed", "1631000175102", FHIR_ABSENCE_NOT_ASKED},
    {"snomed", "787923006", FHIR_ABSENCE_NOT_ASKED},
    {"ips-absent", "no-allergy-info", FHIR_ABSENCE_NOT_ASKED},
    {"snomed", "787481004", FHIR_ABSENCE_NO_MEDICATION},
    {"ips-absent", "no-known-medications", FHIR_ABSENCE_NO_MEDICATION},
    {"ips-absent", "no-medication-info", FHIR_ABSENCE_NO_MEDICATION},
    {"snomed", "160245001", FHIR_ABSENCE_NO_PROBLEM},
    {"ips-absent", "no-known-problems", FHIR_ABSENCE_NO_PROBLEM},
    {"ips-absent", "no-problem-info", FHIR_ABSENCE_NO_PROBLEM},
};

static enum fhir_absence absence_of_code(const char *system, const char *code)
{
    for (size_t i = 0; i < COUNT(absences); i++) {
        if (strcmp(absences[i].system, system) == 0 && strcmp(absences[i].code, code) == 0) {
            return absences[i].absence;
        }
    }
    return FHIR_ABSENCE_NONE;
}

/* Whole texts as text_fold() leaves them. */
static const struct {
    const char *words;
    enum fhir_absence absence;
} absence_words[] = {
    {"no known allergies", FHIR_ABSENCE_NO_ALLERGY},
    {"no known allergy", FHIR_ABSENCE_NO_ALLERGY},
    {"no known drug allergies", FHIR_ABSENCE_NO_ALLERGY},
    {"no known drug allergy", FHIR_ABSENCE_NO_ALLERGY},
    {"no known medication allergies", FHIR_ABSENCE_NO_ALLERGY},
    {"no known medication allergy", FHIR_ABSENCE_NO_ALLERGY},
    {"no active allergies", FHIR_ABSENCE_NO_ALLERGY},
    {"none known", FHIR_ABSENCE_NO_ALLERGY},
    {"no known allergies or adverse reactions", FHIR_ABSENCE_NO_ALLERGY},
    {"no allergies", FHIR_ABSENCE_NO_ALLERGY},
    {"no allergy", FHIR_ABSENCE_NO_ALLERGY},
    {"nka", FHIR_ABSENCE_NO_ALLERGY},
    {"nkda", FHIR_ABSENCE_NO_ALLERGY},
    {"nkma", FHIR_ABSENCE_NO_ALLERGY},
    {"no known food allergies", FHIR_ABSENCE_NO_SUCH_ALLERGY},
    {"no known environmental allergies", FHIR_ABSENCE_NO_SUCH_ALLERGY},
    {"no known latex allergy", FHIR_ABSENCE_NO_SUCH_ALLERGY},
    {"allergies not on file", FHIR_ABSENCE_NOT_ASKED},
    {"not on file", FHIR_ABSENCE_NOT_ASKED},
    {"no information about allergies", FHIR_ABSENCE_NOT_ASKED},
    {"allergy status unknown", FHIR_ABSENCE_NOT_ASKED},
    {"no known medications", FHIR_ABSENCE_NO_MEDICATION},
    {"no medications", FHIR_ABSENCE_NO_MEDICATION},
    {"patient not on self medications", FHIR_ABSENCE_NO_MEDICATION},
    {"no information about medications", FHIR_ABSENCE_NO_MEDICATION},
    {"no known problems", FHIR_ABSENCE_NO_PROBLEM},
    {"no active problems", FHIR_ABSENCE_NO_PROBLEM},
    {"no information about problems", FHIR_ABSENCE_NO_PROBLEM},
};

enum fhir_absence fhir_absence(const char *system, const char *code, const char *words)
{
    enum fhir_absence coded = absence_of_code(system, code);
    if (coded != FHIR_ABSENCE_NONE) {
        return coded;
    }
    char *folded = text_fold(words);
    enum fhir_absence absence = FHIR_ABSENCE_NONE;
    for (size_t i = 0; i < COUNT(absence_words) && absence == FHIR_ABSENCE_NONE; i++) {
        absence = strcmp(absence_words[i].words, folded) == 0 ? absence_words[i].absence
                                                              : FHIR_ABSENCE_NONE;
    }
    mem_free(folded);
    return absence;
}

/* --- routes --- */

static const struct fhir_word route_codes[] = {
    {"26643006", ROUTE_ORAL},
    {"260548002", ROUTE_ORAL},
    {"PO", ROUTE_ORAL},
    {"C38288", ROUTE_ORAL},
    {"20053000", ROUTE_ORAL},
    {"37839007", ROUTE_SUBLINGUAL},
    {"SL", ROUTE_SUBLINGUAL},
    {"C38300", ROUTE_SUBLINGUAL},
    {"20067000", ROUTE_SUBLINGUAL},
    {"54471007", ROUTE_BUCCAL},
    {"BUC", ROUTE_BUCCAL},
    {"C38193", ROUTE_BUCCAL},
    {"47625008", ROUTE_IV},
    {"255560000", ROUTE_IV},
    {"IV", ROUTE_IV},
    {"C38276", ROUTE_IV},
    {"20045000", ROUTE_IV},
    {"IVPUSH", ROUTE_IV},
    {"IVINJ", ROUTE_IV},
    {"78421000", ROUTE_IM},
    {"255559005", ROUTE_IM},
    {"IM", ROUTE_IM},
    {"C28161", ROUTE_IM},
    {"20035000", ROUTE_IM},
    {"34206005", ROUTE_SUBCUT},
    {"263887005", ROUTE_SUBCUT},
    {"SQ", ROUTE_SUBCUT},
    {"SC", ROUTE_SUBCUT},
    {"C38299", ROUTE_SUBCUT},
    {"20066000", ROUTE_SUBCUT},
    {"72607000", ROUTE_INTRATHECAL},
    {"20042000", ROUTE_INTRATHECAL},
    {"C38267", ROUTE_INTRATHECAL},
    {"37161004", ROUTE_RECTAL},
    {"PR", ROUTE_RECTAL},
    {"C38295", ROUTE_RECTAL},
    {"20061000", ROUTE_RECTAL},
    {"45890007", ROUTE_TRANSDERMAL},
    {"TRNSDERM", ROUTE_TRANSDERMAL},
    {"C38305", ROUTE_TRANSDERMAL},
    {"20070000", ROUTE_TRANSDERMAL},
    {"6064005", ROUTE_TOPICAL},
    {"359540000", ROUTE_TOPICAL},
    {"448598008", ROUTE_TOPICAL},
    {"TOPICAL", ROUTE_TOPICAL},
    {"C38304", ROUTE_TOPICAL},
    {"20003000", ROUTE_TOPICAL},
    {"54485002", ROUTE_OPHTHALMIC},
    {"OPTHALTA", ROUTE_OPHTHALMIC},
    {"C38287", ROUTE_OPHTHALMIC},
    {"20051000", ROUTE_OPHTHALMIC},
    {"10547007", ROUTE_OTIC},
    {"OT", ROUTE_OTIC},
    {"C38192", ROUTE_OTIC},
    {"20001000", ROUTE_OTIC},
    {"46713006", ROUTE_NASAL},
    {"NASINHL", ROUTE_NASAL},
    {"C38284", ROUTE_NASAL},
    {"20049000", ROUTE_NASAL},
    {"18679011000001101", ROUTE_INHALED},
    {"447694001", ROUTE_INHALED},
    {"IPINHL", ROUTE_INHALED},
    {"C38216", ROUTE_INHALED},
    {"20020000", ROUTE_INHALED},
    {"16857009", ROUTE_VAGINAL},
    {"VAGINSI", ROUTE_VAGINAL},
    {"C38313", ROUTE_VAGINAL},
    {"20072000", ROUTE_VAGINAL},
    {NULL, 0},
};

enum route fhir_route(const char *code)
{
    return (enum route)fhir_word_value(route_codes, code);
}

/* Longer words first: "intravenous" before "oral" would not matter, "sublingual" before "lingual"
 * would. */
static const struct fhir_word route_words[] = {
    {"sublingual", ROUTE_SUBLINGUAL},
    {"under the tongue", ROUTE_SUBLINGUAL},
    {"buccal", ROUTE_BUCCAL},
    {"intravenous", ROUTE_IV},
    {"iv", ROUTE_IV},
    {"intramuscular", ROUTE_IM},
    {"im", ROUTE_IM},
    {"subcutaneous", ROUTE_SUBCUT},
    {"subcut", ROUTE_SUBCUT},
    {"sc", ROUTE_SUBCUT},
    {"sq", ROUTE_SUBCUT},
    {"intrathecal", ROUTE_INTRATHECAL},
    {"rectal", ROUTE_RECTAL},
    {"rectally", ROUTE_RECTAL},
    {"transdermal", ROUTE_TRANSDERMAL},
    {"topical", ROUTE_TOPICAL},
    {"topically", ROUTE_TOPICAL},
    {"cutaneous", ROUTE_TOPICAL},
    {"ophthalmic", ROUTE_OPHTHALMIC},
    {"ocular", ROUTE_OPHTHALMIC},
    {"both eyes", ROUTE_OPHTHALMIC},
    {"left eye", ROUTE_OPHTHALMIC},
    {"right eye", ROUTE_OPHTHALMIC},
    {"otic", ROUTE_OTIC},
    {"nasal", ROUTE_NASAL},
    {"nostril", ROUTE_NASAL},
    {"inhalation", ROUTE_INHALED},
    {"inhaled", ROUTE_INHALED},
    {"nebulization", ROUTE_INHALED},
    {"vaginal", ROUTE_VAGINAL},
    {"vaginally", ROUTE_VAGINAL},
    {"by mouth", ROUTE_ORAL},
    {"oral", ROUTE_ORAL},
    {"orally", ROUTE_ORAL},
    {"po", ROUTE_ORAL},
    {NULL, 0},
};

/* `words` occurs in folded text between spaces. */
static bool has_words(const char *folded, const char *words)
{
    size_t len = strlen(words);
    for (const char *at = strstr(folded, words); at; at = strstr(at + 1, words)) {
        if ((at == folded || at[-1] == ' ') && (!at[len] || at[len] == ' ')) {
            return true;
        }
    }
    return false;
}

enum route fhir_route_text(const char *words)
{
    char *folded = text_fold(words);
    int found = 0;
    for (const struct fhir_word *row = route_words; row->code && !found; row++) {
        found = has_words(folded, row->code) ? row->value : 0;
    }
    mem_free(folded);
    return (enum route)found;
}

/* SNOMED CT and HL7 v3: nasogastric, orogastric, nasojejunal, gastrostomy, jejunostomy, enteral feeding tube. */
bool fhir_route_is_tube(const char *code)
{
    static const char *const codes[] = {"127492001", "418441008", "418730005", "127490009", "127491008", "EFT", "NGT",
                                        "OGT",       "GT",        "GJT",       "JJTINSTL",  "OJJ"};
    for (size_t i = 0; code != NULL && i < sizeof codes / sizeof *codes; i++) {
        if (strcmp(code, codes[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool fhir_route_text_is_tube(const char *words)
{
    static const char *const names[] = {"feeding tube", "nasogastric", "orogastric", "nasojejunal", "gastrostomy", "jejunostomy", "ng tube",
                                        "g tube", "peg tube"};
    char *folded = text_fold(words);
    bool is_tube = false;
    for (size_t i = 0; i < sizeof names / sizeof *names && !is_tube; i++) {
        is_tube = has_words(folded, names[i]);
    }
    mem_free(folded);
    return is_tube;
}

/* --- units --- */

/* HL7's orderable drug forms, where unit_parse() does not know the word. */
static const struct fhir_word form_units[] = {
    {"TAB", UNIT_TABLET},
    {"ORTAB", UNIT_TABLET},
    {"ERTAB", UNIT_TABLET},
    {"CHEWTAB", UNIT_TABLET},
    {"ERTAB12", UNIT_TABLET},
    {"ERTAB24", UNIT_TABLET},
    {"ECTAB", UNIT_TABLET},
    {"SLTAB", UNIT_TABLET},
    {"CAP", UNIT_CAPSULE},
    {"ORCAP", UNIT_CAPSULE},
    {"ERCAP", UNIT_CAPSULE},
    {"CAPLET", UNIT_TABLET},
    {"OPDROP", UNIT_DROP},
    {"OTDROP", UNIT_DROP},
    {"NDROP", UNIT_DROP},
    {"DROP", UNIT_DROP},
    {"PUFF", UNIT_PUFF},
    {"SPRY", UNIT_SPRAY},
    {"NASSPRY", UNIT_SPRAY},
    {"PATCH", UNIT_PATCH},
    {"TPATCH", UNIT_PATCH},
    {"TPATH24", UNIT_PATCH},
    {"TPATH72", UNIT_PATCH},
    {"SUPP", UNIT_SUPPOSITORY},
    {"RECSUPP", UNIT_SUPPOSITORY},
    {"VAGSUPP", UNIT_SUPPOSITORY},
    {"LOZ", UNIT_LOZENGE},
    {"APPFUL", UNIT_APPLICATION},
    {"tbl", UNIT_TABLET},
    {"tablette", UNIT_TABLET},
    {"tabletten", UNIT_TABLET},
    {"filmtablette", UNIT_TABLET},
    {"comprime", UNIT_TABLET},
    {"comprimes", UNIT_TABLET},
    {"comprimido", UNIT_TABLET},
    {"comprimidos", UNIT_TABLET},
    {"tableta", UNIT_TABLET},
    {"compressa", UNIT_TABLET},
    {"kapsel", UNIT_CAPSULE},
    {"kapseln", UNIT_CAPSULE},
    {"gelule", UNIT_CAPSULE},
    {"gelules", UNIT_CAPSULE},
    {"capsula", UNIT_CAPSULE},
    {"capsulas", UNIT_CAPSULE},
    {"tropfen", UNIT_DROP},
    {"gtt", UNIT_DROP},
    {"gotas", UNIT_DROP},
    {"gouttes", UNIT_DROP},
    {"hub", UNIT_PUFF},
    {"huebe", UNIT_PUFF},
    {"inhalation", UNIT_PUFF},
    {"actuation", UNIT_PUFF},
    {NULL, 0},
};

static const struct {
    const char *suffix;
    enum fhir_basis basis;
} bases[] = {
    {"/kg/dose", FHIR_BASIS_PER_DOSE}, {"/kg/{dose}", FHIR_BASIS_PER_DOSE},
    {"/kg/d", FHIR_BASIS_PER_DAY},     {"/kg/day", FHIR_BASIS_PER_DAY},
    {"/kg", FHIR_BASIS_PER_DOSE},
};

/* "{tbl}", "puff(s)" and words of other languages are plain words inside. */
static enum unit parse_unit(const char *text)
{
    enum unit unit = unit_parse(text, NULL);
    if (unit == UNIT_NONE) {
        unit = (enum unit)fhir_word_value(form_units, text);
    }
    if (unit == UNIT_NONE) {
        const char *word = *text == '{' ? text + 1 : text;
        char *plain = mem_copy_bytes(word, strcspn(word, "(}"));
        char *folded = text_fold(plain);
        unit = unit_parse(folded, NULL);
        unit = unit != UNIT_NONE ? unit : (enum unit)fhir_word_value(form_units, folded);
        mem_free(folded);
        mem_free(plain);
    }
    return unit;
}

static enum unit unit_of(const char *text, enum fhir_basis *out_basis)
{
    size_t len = text ? strlen(text) : 0;
    for (size_t i = 0; i < COUNT(bases); i++) {
        size_t tail = strlen(bases[i].suffix);
        if (len > tail && strcmp(text + len - tail, bases[i].suffix) == 0) {
            char *above = mem_copy_bytes(text, len - tail);
            enum unit unit = parse_unit(above);
            mem_free(above);
            *out_basis = unit != UNIT_NONE ? bases[i].basis : FHIR_BASIS_NONE;
            return unit;
        }
    }
    return len > 0 ? parse_unit(text) : UNIT_NONE;
}

enum unit fhir_unit(const char *code, const char *text, enum fhir_basis *out_basis)
{
    *out_basis = FHIR_BASIS_NONE;
    enum unit unit = unit_of(code, out_basis);
    return unit != UNIT_NONE ? unit : unit_of(text, out_basis);
}

/* --- resource types --- */

static const char *const r4_types[] = {
    "Account",
    "ActivityDefinition",
    "AdverseEvent",
    "AllergyIntolerance",
    "Appointment",
    "AppointmentResponse",
    "AuditEvent",
    "Basic",
    "Binary",
    "BiologicallyDerivedProduct",
    "BodyStructure",
    "Bundle",
    "CapabilityStatement",
    "CarePlan",
    "CareTeam",
    "CatalogEntry",
    "ChargeItem",
    "ChargeItemDefinition",
    "Claim",
    "ClaimResponse",
    "ClinicalImpression",
    "CodeSystem",
    "Communication",
    "CommunicationRequest",
    "CompartmentDefinition",
    "Composition",
    "ConceptMap",
    "Condition",
    "Consent",
    "Contract",
    "Coverage",
    "CoverageEligibilityRequest",
    "CoverageEligibilityResponse",
    "DetectedIssue",
    "Device",
    "DeviceDefinition",
    "DeviceMetric",
    "DeviceRequest",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentManifest",
    "DocumentReference",
    "EffectEvidenceSynthesis",
    "Encounter",
    "Endpoint",
    "EnrollmentRequest",
    "EnrollmentResponse",
    "EpisodeOfCare",
    "EventDefinition",
    "Evidence",
    "EvidenceVariable",
    "ExampleScenario",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "GraphDefinition",
    "Group",
    "GuidanceResponse",
    "HealthcareService",
    "ImagingStudy",
    "Immunization",
    "ImmunizationEvaluation",
    "ImmunizationRecommendation",
    "ImplementationGuide",
    "InsurancePlan",
    "Invoice",
    "Library",
    "Linkage",
    "List",
    "Location",
    "Measure",
    "MeasureReport",
    "Media",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationKnowledge",
    "MedicationRequest",
    "MedicationStatement",
    "MedicinalProduct",
    "MedicinalProductAuthorization",
    "MedicinalProductContraindication",
    "MedicinalProductIndication",
    "MedicinalProductIngredient",
    "MedicinalProductInteraction",
    "MedicinalProductManufactured",
    "MedicinalProductPackaged",
    "MedicinalProductPharmaceutical",
    "MedicinalProductUndesirableEffect",
    "MessageDefinition",
    "MessageHeader",
    "MolecularSequence",
    "NamingSystem",
    "NutritionOrder",
    "Observation",
    "ObservationDefinition",
    "OperationDefinition",
    "OperationOutcome",
    "Organization",
    "OrganizationAffiliation",
    "Parameters",
    "Patient",
    "PaymentNotice",
    "PaymentReconciliation",
    "Person",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RequestGroup",
    "ResearchDefinition",
    "ResearchElementDefinition",
    "ResearchStudy",
    "ResearchSubject",
    "RiskAssessment",
    "RiskEvidenceSynthesis",
    "Schedule",
    "SearchParameter",
    "ServiceRequest",
    "Slot",
    "Specimen",
    "SpecimenDefinition",
    "StructureDefinition",
    "StructureMap",
    "Subscription",
    "Substance",
    "SubstanceNucleicAcid",
    "SubstancePolymer",
    "SubstanceProtein",
    "SubstanceReferenceInformation",
    "SubstanceSourceMaterial",
    "SubstanceSpecification",
    "SupplyDelivery",
    "SupplyRequest",
    "Task",
    "TerminologyCapabilities",
    "TestReport",
    "TestScript",
    "ValueSet",
    "VerificationResult",
    "VisionPrescription",
};

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, *(const char *const *)b);
}

bool fhir_is_r4_type(const char *type)
{
    return bsearch(type, r4_types, COUNT(r4_types), sizeof *r4_types, compare_names) != NULL;
}

bool fhir_is_foreign_order_type(const char *type)
{
    return strcmp(type, "MedicationOrder") == 0 ||      /* DSTU2 */
           strcmp(type, "MedicationPrescription") == 0; /* DSTU1 */
}
