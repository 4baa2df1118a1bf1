/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support/discharge.h"

#include <stddef.h>

#include "base/buffer.h"
#include "support/folder.h"

#define HEAD                                                                                                          \
    "<ClinicalDocument xmlns=\"urn:hl7-org:v3\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><recordTarget>"  \
    "<patientRole><id root=\"1.2.3\" extension=\"17\"/><patient><name><given>%s</given><family>%s</family></name>"      \
    "<birthTime value=\"19600517\"/></patient></patientRole></recordTarget><component><structuredBody><component><section>" \
    "<code code=\"10183-2\"/><title>Discharge medications</title>"
#define TAIL "</section></component></structuredBody></component></ClinicalDocument>"

const struct discharge_drug DISCHARGE_DRUGS[DISCHARGE_DRUGS_COUNT] = {
    {"metformin 500 mg tab 1 tab bid", "metformin 500 MG Oral Tablet", "500", "12"},
    {"lisinopril 10 mg tab 1 tab daily", "lisinopril 10 MG Oral Tablet", "10", "24"},
    {"amlodipine 5 mg tab 1 tab daily", "amlodipine 5 MG Oral Tablet", "5", "24"},
    {"furosemide 40 mg tab 1 tab daily", "furosemide 40 MG Oral Tablet", "40", "24"},
    {"atorvastatin 20 mg tab 1 tab daily", "atorvastatin 20 MG Oral Tablet", "20", "24"},
    {"levothyroxine 50 mcg tab 1 tab daily", "levothyroxine 0.05 MG Oral Tablet", "0.05", "24"},
    {"allopurinol 100 mg tab 1 tab daily", "allopurinol 100 MG Oral Tablet", "100", "24"},
    {"gabapentin 100 mg cap 1 cap tid", "gabapentin 100 MG Oral Capsule", "100", "8"},
    {"folic acid 1 mg tab 1 tab daily", "folic acid 1 MG Oral Tablet", "1", "24"},
    {"montelukast 10 mg tab 1 tab daily", "montelukast 10 MG Oral Tablet", "10", "24"},
    {"cetirizine 10 mg tab 1 tab daily", "cetirizine 10 MG Oral Tablet", "10", "24"},
    {"metoprolol tartrate 25 mg tab 1 tab bid", "metoprolol tartrate 50 MG Oral Tablet", "50", "12"}, /* the dose differs */
    {"omeprazole 20 mg cap 1 cap daily", NULL, NULL, NULL},                                           /* left out there */
    {"loratadine 10 mg tab 1 tab daily", NULL, NULL, NULL},
    {NULL, "finasteride 5 MG Oral Tablet", "5", "24"},                                                /* new there */
};

void discharge_write(const char *path, const char *given, const char *family)
{
    struct buffer out = BUFFER_INIT;
    buffer_append_format(&out, HEAD, given, family);
    for (int i = 0; i < DISCHARGE_DRUGS_COUNT; i++) {
        const struct discharge_drug *drug = &DISCHARGE_DRUGS[i];
        if (drug->name != NULL) {
            buffer_append_format(&out,
                                 "<entry><substanceAdministration><statusCode code=\"active\"/><effectiveTime xsi:type=\"PIVL_TS\" "
                                 "institutionSpecified=\"true\"><period value=\"%s\" unit=\"h\"/></effectiveTime><routeCode code=\"C38288\" "
                                 "displayName=\"ORAL\"/><doseQuantity value=\"%s\" unit=\"mg\"/><consumable><manufacturedProduct>"
                                 "<manufacturedMaterial><code nullFlavor=\"OTH\"><originalText>%s</originalText></code>"
                                 "</manufacturedMaterial></manufacturedProduct></consumable></substanceAdministration></entry>",
                                 drug->hours, drug->dose, drug->name);
        }
    }
    buffer_append_text(&out, TAIL);
    file_write(path, out.bytes, out.len);
    buffer_release(&out);
}
