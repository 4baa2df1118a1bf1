/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drug data of others: what each format gives, what is left out, where a malformed file is refused. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "exchange/drug_data.h"

static enum status write_fact(void *to, const struct drug_fact *f, struct error *err)
{
    (void)err;
    buffer_append_format(to, "%d %d %s%s/%s|%s%s/%s|%d|%s|%s|%s|%s|%s;", (int)f->kind, f->line, f->a.is_class ? "#" : "",
                         f->a.name, f->a.rxcui, f->b.is_class ? "#" : "", f->b.name, f->b.rxcui, (int)f->severity, f->code,
                         f->name, f->ingredients, f->strength, f->effect);
    return STATUS_OK;
}

static enum status count_fact(void *to, const struct drug_fact *f, struct error *err)
{
    (void)f;
    (void)err;
    *(int *)to += 1;
    return STATUS_OK;
}

struct file {
    const char *name, *text;
    const char *facts; /* of a file that is refused: what the message says */
    enum status status;
};

Test(drug_data, reads_each_format)
{
    static const struct file files[] = {
        {"a.csv", "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\r\nDDInter1,\"A, b\",DDInter2,C,Moderate\nDDInter1,A,DDInter2,C,Unknown\n",
         "0 2 A, b/|C/|3|||||;", STATUS_OK},
        {"c.tsv", "class_code\tclass_name\tdrug_name\trxcui\tatc\nX\tXS\tdonepezil\t135447\tN\nX\tXS\t\t\t\n",
         "1 2 #XS/|donepezil/135447|0|||||;", STATUS_OK},
        {"a.csv", "atc_code,atc_name,ddd,uom,adm_r,note\nA01,THINGS,NA,NA,NA,NA\nB01AA03,warfarin,7.5,mg,O,NA\n",
         "4 3 /|/|0|B01AA03|warfarin|||;", STATUS_OK},
        {"n.tsv", "ndc11\trxcui\ttty\tname\n00002015201\t1\tSBD\tzepbound\n", "2 2 /|/|0|ndc:00002015201|zepbound|||;", STATUS_OK},
        {"product.txt",
         "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\t5\t6\t7\t8\t9\t10\t11\t12\t13\t14\t15\t16\t17\t18\t19\n"
         "x\t0002-0800\tH\tBrand\t\tgen\tTABLET\tORAL\t\t\t\t\t\tA; B\t70; 5600\tmg/1; [iU]/1\t\t\tN\n",
         "2 2 /|/|0|ndc9:000020800|Brand|A; B|70 mg;5600 [iU]|;", STATUS_OK},
        {"Products.txt",
         "ApplNo\tProductNo\tForm\tStrength\tReferenceDrug\tDrugName\tActiveIngredient\tReferenceStandard\n"
         "000159\t001\tTABLET;ORAL\t500MG\t0\tBRAND\tSULFAPYRIDINE\t0\n",
         "5 2 /|/|0||BRAND|SULFAPYRIDINE|500MG|;", STATUS_OK},
        {"RXNCONSO.RRF", "161|ENG|P|L|PF|S|Y|A|||x|RXNORM|IN|161|acetaminophen||N||\n161|ENG|P|L|PF|S|Y|A|||x|MTH|IN|161|q||N||\n",
         "3 1 /|/|0|161|acetaminophen|||;", STATUS_OK},
        {"t.xml",
         "<?xml version=\"1.0\"?><INTERACTIONS><INTERACTION><DRUG1><CLASS name=\"K \" code=\"x\"/></DRUG1><DRUG2>"
         "<DRUG name=\"d\" rxcui=\"5\"/></DRUG2><DESCRIPTION>why\nso</DESCRIPTION><SEVERITY>CONTRANDICATION</SEVERITY>"
         "</INTERACTION></INTERACTIONS>",
         "0 1 #K/|d/5|1|||||why so;", STATUS_OK},
        {"c.xml", "<CLASSES><CLASS name=\"K\"><DRUG name=\"d\" rxnorm=\"5\"/></CLASS></CLASSES>", "1 1 #K/|d/5|0|||||;", STATUS_OK},
        {"n.tsv", "ndc11\trxcui\ttty\tname\n00002015201\t1\tSBD\tzepbound\t\n", "2 2 /|/|0|ndc:00002015201|zepbound|||;", STATUS_OK},
        /* refused */
        {"r.tsv", "rxcui\ttty\tname\tunii\tsource\n161\tIN\tacetam\n", "line 2: 3 cells instead of 5", STATUS_INVALID},
        {"r.tsv", "rxcui\ttty\tname\tunii\tsource\n161\tIN\tx\tacetaminophen\t\tRxNorm\n", "line 2: 6 cells instead of 5", STATUS_INVALID},
        {"a.csv", "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A, b,DDInter2,C,Major\n", "line 2: 6 cells instead of 5", STATUS_INVALID},
        {"a.csv", "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,A,DDInter2,C,Major\nDDInter1,A\n", "line 3", STATUS_INVALID},
        {"n.tsv", "ndc11\trxcui\ttty\tname\n123\t1\tSBD\tx\n", "line 2", STATUS_INVALID},
        {"a.csv", "atc_code,atc_name,ddd,uom,adm_r,note\nnonsense,x,NA,NA,NA,NA\n", "line 2", STATUS_INVALID},
        {"x.xml", "<CLASSES>\n<CLASS name=\"K\">\n<DRUG name=\"\">\n</CLASS></CLASSES>", "line 3", STATUS_INVALID},
        {"c.tsv", "class_code\tclass_name\tdrug_name\trxcui\tatc\nX\tXS\tdonepezil\t135447\tN\nX\tXS\n", "line 3", STATUS_INVALID},
        {"i.tsv", "kind1\tname1\tcode1\tatc1\tkind2\tname2\tcode2\tatc2\tseverity\tseverity_raw\tdescription\tcomment\nclass\tK\n",
         "line 2", STATUS_INVALID},
        {"r.tsv", "rxcui\ttty\tname\tunii\n161\tIN\tacetaminophen\t\nx y\tIN\tq\t\n", "line 3", STATUS_INVALID},
        {"p.tsv", "rxcui\ttty\tname\tingredient_rxcuis_B_to_Z\n1\n", "line 2", STATUS_INVALID},
        {"product.txt", "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\nx\t0002-0800\tH\tBrand\n", "line 2", STATUS_INVALID},
        {"package.txt", "PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE\na\tb\tc\na\n", "line 3", STATUS_INVALID},
        {"u.txt", "PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tNONPROPRIETARYNAME\na\n", "line 2", STATUS_INVALID},
        {"Products.txt", "ApplNo\tProductNo\tForm\tStrength\tReferenceDrug\tDrugName\tActiveIngredient\nx\t1\tT\t5MG\t0\tB\tA\n",
         "line 2", STATUS_INVALID},
        {"MarketingStatus.txt", "MarketingStatusID\tApplNo\tProductNo\n3\t000004\t004\n3\n", "line 3", STATUS_INVALID},
        {"atc.csv", "atc_code,brand_name,dosage_form,ingredients,ddd\na,b\n", "line 2", STATUS_INVALID},
        {"RXNCONSO.RRF", "161|ENG|P|L|PF|S|Y|A|||x|RXNORM|IN|161|acetaminophen||N||\n161|ENG|P\n", "line 2", STATUS_INVALID},
        {"RXNREL.RRF", "1|A|2\n", "line 1", STATUS_INVALID},
        {"t.xml", "<INTERACTIONS>\n<INTERACTION><DRUG1><DRUG name=\"d\" rxcui=\"5\"/>\n</INTERACTION></INTERACTIONS>", "line 2",
         STATUS_INVALID},
        {"x.xml", "<html/>", "none of the drug data files", STATUS_INVALID},
        {"x.bin", "\x7f" "ELF\n", "line 1", STATUS_INVALID},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct buffer out = BUFFER_INIT;
        struct drug_data_account account;
        struct error err = ERROR_INIT;
        enum status status = drug_data_read(files[i].name, files[i].text, strlen(files[i].text), write_fact, &out, &account, &err);
        cr_expect_eq(status, files[i].status, "file %zu: %s", i, error_text(&err));
        if (files[i].status == STATUS_OK) {
            cr_expect_str_eq(out.bytes ? out.bytes : "", files[i].facts, "file %zu: %s", i, out.bytes);
        } else {
            cr_expect_not_null(strstr(error_text(&err), files[i].facts), "file %zu: %s", i, error_text(&err));
        }
        buffer_release(&out);
    }
}

/* Cut anywhere and with any byte turned over, a file is read or refused; nothing else happens. */
Test(drug_data, survives_any_damage)
{
    static const char *const texts[] = {
        "DDInterID_A,Drug_A,DDInterID_B,Drug_B,Level\nDDInter1,\"A \"\"x\"\", b\",DDInter2,C,Moderate\n",
        "<INTERACTIONS><INTERACTION><DRUG1><DRUG name=\"a\" rxcui=\"1\"/></DRUG1><DRUG2><DRUG name=\"d\"/></DRUG2>"
        "<SEVERITY>CONTRA</SEVERITY></INTERACTION></INTERACTIONS>",
    };
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++) {
        size_t len = strlen(texts[t]);
        for (size_t i = 0; i < 2 * len; i++) {
            char *copy = mem_copy_bytes(texts[t], len);
            struct drug_data_account account;
            int count = 0;
            if (i < len) {
                copy[i] = (char)(copy[i] ^ 0x15);
            }
            enum status status = drug_data_read("x", copy, i < len ? len : i - len, count_fact, &count, &account, NULL);
            cr_expect(status == STATUS_OK || status == STATUS_INVALID, "%d at %zu", (int)status, i);
            cr_expect_leq(count, 1);
            mem_free(copy);
        }
    }
}

/* The real files, where they lie beside the source tree. */
Test(drug_data, reads_the_files_at_hand)
{
    static const struct {
        const char *path;
        enum status status;
        int facts; /* at least */
    } files[] = {{"ddi_ddinter/ddinter_downloads_code_A.csv", STATUS_OK, 40000},
                 {"ddi_ansm_worldvista/all_eng_tables_sept2016.xml", STATUS_OK, 2800},
                 {"ddi_ansm_worldvista/all_eng_classes_sept2016.xml", STATUS_INVALID, 0},
                 {"ddi_ansm_worldvista/classes.tsv", STATUS_OK, 1900},
                 {"ddi_ansm_worldvista/interactions.tsv", STATUS_OK, 2800},
                 {"atc/WHO_ATC-DDD_2026-04-25.csv", STATUS_OK, 6000},
                 {"rxnorm_prescribable/products.tsv", STATUS_OK, 18000},
                 {"rxnorm_prescribable/ndc_sample.tsv", STATUS_OK, 19000},
                 {"drugs_at_fda_2019/Products.txt", STATUS_OK, 30000}};
    int read = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *path = mem_format("%s/../shared/data/%s", PC_SRCDIR, files[i].path);
        struct buffer bytes = BUFFER_INIT;
        struct drug_data_account account;
        struct error err = ERROR_INIT;
        int count = 0;
        if (buffer_read_file(&bytes, path, (size_t)64 << 20, NULL) == STATUS_OK) {
            enum status status = drug_data_read(files[i].path, bytes.bytes, bytes.len, count_fact, &count, &account, &err);
            cr_expect_eq(status, files[i].status, "%s: %s", files[i].path, error_text(&err));
            cr_expect_geq(count, files[i].facts, "%s", files[i].path);
            cr_expect(status == STATUS_OK || strstr(error_text(&err), "line ") != NULL, "%s", error_text(&err));
            read++;
        }
        buffer_release(&bytes);
        mem_free(path);
    }
    if (read == 0) {
        cr_skip("the shared data are not here");
    }
}
