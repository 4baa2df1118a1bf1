/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/unit.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/i18n.h"

#define SPELLING_MAX 24

struct unit_row {
    const char *word;
    enum unit_dimension dimension;
    int8_t power; /* powers of ten above the smallest unit of the dimension */
};

static const struct unit_row units[UNIT_COUNT] = {
    [UNIT_NONE] = {"", UNIT_DIMENSION_OTHER, 0},
    [UNIT_MG] = {"mg", UNIT_DIMENSION_MASS, 6},
    [UNIT_MCG] = {"mcg", UNIT_DIMENSION_MASS, 3},
    [UNIT_G] = {"g", UNIT_DIMENSION_MASS, 9},
    [UNIT_NG] = {"ng", UNIT_DIMENSION_MASS, 0},
    [UNIT_KG] = {"kg", UNIT_DIMENSION_MASS, 12},
    [UNIT_ML] = {"mL", UNIT_DIMENSION_VOLUME, 0},
    [UNIT_L] = {"L", UNIT_DIMENSION_VOLUME, 3},
    [UNIT_UNITS] = {"units", UNIT_DIMENSION_ACTIVITY, 0},
    [UNIT_MILLION_UNITS] = {"million units", UNIT_DIMENSION_ACTIVITY, 6},
    [UNIT_MMOL] = {"mmol", UNIT_DIMENSION_MOLES, 3},
    [UNIT_MCMOL] = {"mcmol", UNIT_DIMENSION_MOLES, 0},
    [UNIT_MEQ] = {"mEq", UNIT_DIMENSION_CHARGE, 0},
    [UNIT_TABLET] = {"tab", UNIT_DIMENSION_COUNT, 0},
    [UNIT_CAPSULE] = {"cap", UNIT_DIMENSION_COUNT, 0},
    [UNIT_PUFF] = {"puff", UNIT_DIMENSION_COUNT, 0},
    [UNIT_DROP] = {"drop", UNIT_DIMENSION_COUNT, 0},
    [UNIT_PATCH] = {"patch", UNIT_DIMENSION_COUNT, 0},
    [UNIT_SPRAY] = {"spray", UNIT_DIMENSION_COUNT, 0},
    [UNIT_APPLICATION] = {"application", UNIT_DIMENSION_COUNT, 0},
    [UNIT_SUPPOSITORY] = {"suppository", UNIT_DIMENSION_COUNT, 0},
    [UNIT_SACHET] = {"sachet", UNIT_DIMENSION_COUNT, 0},
    [UNIT_LOZENGE] = {"lozenge", UNIT_DIMENSION_COUNT, 0},
    [UNIT_VIAL] = {"vial", UNIT_DIMENSION_COUNT, 0},
    [UNIT_RING] = {"ring", UNIT_DIMENSION_COUNT, 0},
    [UNIT_IMPLANT] = {"implant", UNIT_DIMENSION_COUNT, 0},
    [UNIT_DOSE] = {"dose", UNIT_DIMENSION_COUNT, 0},
    [UNIT_PERCENT] = {"%", UNIT_DIMENSION_OTHER, 0},
    [UNIT_MG_ML] = {"mg/mL", UNIT_DIMENSION_OTHER, 0},
    [UNIT_MCG_H] = {"mcg/h", UNIT_DIMENSION_RATE, 0},
    [UNIT_MG_H] = {"mg/h", UNIT_DIMENSION_RATE, 3},
};

struct spelling {
    const char *text; /* lower case; a final s is dropped before the look-up where that helps */
    uint8_t unit;
    bool is_unsafe;
};

/* Never here: "gr" and "grain" (gram or grain), "MU" (million or milli), "tsp" and "tbsp" (liquids
 * are in mL). */
static const struct spelling spellings[] = {
    {"mg", UNIT_MG, false},
    {"milligram", UNIT_MG, false},
    {"milligramme", UNIT_MG, false},
    {"mcg", UNIT_MCG, false},
    {"microgram", UNIT_MCG, false},
    {"microgramme", UNIT_MCG, false},
    {"ug", UNIT_MCG, true},
    {"\xc2\xb5g", UNIT_MCG, true}, /* micro sign */
    {"\xce\xbcg", UNIT_MCG, true}, /* Greek mu */
    {"g", UNIT_G, false},
    {"gm", UNIT_G, false},
    {"gram", UNIT_G, false},
    {"gramme", UNIT_G, false},
    {"ng", UNIT_NG, false},
    {"nanogram", UNIT_NG, false},
    {"kg", UNIT_KG, false},
    {"kilogram", UNIT_KG, false},
    {"ml", UNIT_ML, false},
    {"millilitre", UNIT_ML, false},
    {"milliliter", UNIT_ML, false},
    {"cc", UNIT_ML, true}, /* read as 00 or U */
    {"l", UNIT_L, false},
    {"litre", UNIT_L, false},
    {"liter", UNIT_L, false},
    {"unit", UNIT_UNITS, false},
    {"u", UNIT_UNITS, true},  /* read as 0 or 4 */
    {"iu", UNIT_UNITS, true}, /* read as IV or 10 */
    {"i.u.", UNIT_UNITS, true},
    {"[iu]", UNIT_UNITS, false}, /* UCUM: from systems, not from hands */
    {"[usp'u]", UNIT_UNITS, false},
    {"international unit", UNIT_UNITS, false},
    {"million unit", UNIT_MILLION_UNITS, false},
    {"10*6.[iu]", UNIT_MILLION_UNITS, false},
    {"mmol", UNIT_MMOL, false},
    {"millimole", UNIT_MMOL, false},
    {"mcmol", UNIT_MCMOL, false},
    {"umol", UNIT_MCMOL, true},
    {"\xc2\xb5mol", UNIT_MCMOL, true},
    {"\xce\xbcmol", UNIT_MCMOL, true},
    {"micromole", UNIT_MCMOL, false},
    {"meq", UNIT_MEQ, false},
    {"milliequivalent", UNIT_MEQ, false},
    {"tab", UNIT_TABLET, false},
    {"tablet", UNIT_TABLET, false},
    {"caplet", UNIT_TABLET, false},
    {"{tablet}", UNIT_TABLET, false},
    {"{tbl}", UNIT_TABLET, false},
    {"cap", UNIT_CAPSULE, false},
    {"capsule", UNIT_CAPSULE, false},
    {"softgel", UNIT_CAPSULE, false},
    {"{capsule}", UNIT_CAPSULE, false},
    {"puff", UNIT_PUFF, false},
    {"inhalation", UNIT_PUFF, false},
    {"actuation", UNIT_PUFF, false},
    {"{puff}", UNIT_PUFF, false},
    {"{actuation}", UNIT_PUFF, false},
    {"drop", UNIT_DROP, false},
    {"gtt", UNIT_DROP, false},
    {"[drp]", UNIT_DROP, false},
    {"patch", UNIT_PATCH, false},
    {"patche", UNIT_PATCH, false}, /* patches without its s */
    {"{patch}", UNIT_PATCH, false},
    {"spray", UNIT_SPRAY, false},
    {"{spray}", UNIT_SPRAY, false},
    {"application", UNIT_APPLICATION, false},
    {"appl", UNIT_APPLICATION, false},
    {"app", UNIT_APPLICATION, false},
    {"{application}", UNIT_APPLICATION, false},
    {"suppository", UNIT_SUPPOSITORY, false},
    {"suppositorie", UNIT_SUPPOSITORY, false},
    {"supp", UNIT_SUPPOSITORY, false},
    {"{suppository}", UNIT_SUPPOSITORY, false},
    {"sachet", UNIT_SACHET, false},
    {"packet", UNIT_SACHET, false},
    {"lozenge", UNIT_LOZENGE, false},
    {"loz", UNIT_LOZENGE, false},
    {"vial", UNIT_VIAL, false},
    {"{vial}", UNIT_VIAL, false},
    {"ring", UNIT_RING, false},
    {"implant", UNIT_IMPLANT, false},
    {"dose", UNIT_DOSE, false},
    {"{dose}", UNIT_DOSE, false},
    {"%", UNIT_PERCENT, false},
    {"percent", UNIT_PERCENT, false},
    {"mg/ml", UNIT_MG_ML, false},
    {"mcg/h", UNIT_MCG_H, false},
    {"mcg/hr", UNIT_MCG_H, false},
    {"mcg/hour", UNIT_MCG_H, false},
    {"mg/h", UNIT_MG_H, false},
    {"mg/hr", UNIT_MG_H, false},
    {"mg/hour", UNIT_MG_H, false},
};

const char *unit_word(enum unit unit)
{
    return (unsigned)unit < UNIT_COUNT ? units[unit].word : "";
}

enum unit_dimension unit_dimension(enum unit unit)
{
    return (unsigned)unit < UNIT_COUNT ? units[unit].dimension : UNIT_DIMENSION_OTHER;
}

/* ASCII only: the two spellings with a Greek letter have no other case that anybody types. */
static size_t lower(const char *text, char out[SPELLING_MAX])
{
    size_t len = strlen(text);
    if (len >= SPELLING_MAX) {
        return 0;
    }
    for (size_t i = 0; i <= len; i++) {
        out[i] = text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i];
    }
    return len;
}

static const struct spelling *find(const char *text)
{
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        if (strcmp(spellings[i].text, text) == 0) {
            return &spellings[i];
        }
    }
    return NULL;
}

enum unit unit_parse(const char *text, bool *out_is_unsafe)
{
    char word[SPELLING_MAX];
    size_t len = text != NULL ? lower(text, word) : 0;
    if (out_is_unsafe != NULL) {
        *out_is_unsafe = false;
    }
    if (len == 0) {
        return UNIT_NONE;
    }
    const struct spelling *found = find(word);
    if (found == NULL && len > 2 && word[len - 1] == '.') {
        word[--len] = '\0';
        found = find(word);
    }
    if (found == NULL && len > 2 && word[len - 1] == 's') {
        word[len - 1] = '\0';
        found = find(word);
    }
    if (found == NULL) {
        return UNIT_NONE;
    }
    if (out_is_unsafe != NULL) {
        *out_is_unsafe = found->is_unsafe;
    }
    return (enum unit)found->unit;
}

static enum status multiply_ten(struct decimal *value)
{
    if (value->scale > 0) {
        value->scale--;
        return STATUS_OK;
    }
    struct decimal product;
    enum status status = decimal_multiply(*value, decimal_from_int(10), &product);
    if (status == STATUS_OK) {
        *value = product;
    }
    return status;
}

static enum status divide_ten(struct decimal *value)
{
    if (value->mantissa % 10 == 0) {
        value->mantissa /= 10;
        return STATUS_OK;
    }
    if (value->scale == DECIMAL_SCALE_MAX) {
        return STATUS_LIMIT;
    }
    value->scale++;
    return STATUS_OK;
}

enum status unit_convert(struct decimal value, enum unit from, enum unit to, struct decimal *out)
{
    if ((unsigned)from >= UNIT_COUNT || (unsigned)to >= UNIT_COUNT || from == UNIT_NONE ||
        to == UNIT_NONE || units[from].dimension != units[to].dimension) {
        return STATUS_INVALID;
    }
    bool is_scalable = units[from].dimension != UNIT_DIMENSION_COUNT &&
                       units[from].dimension != UNIT_DIMENSION_OTHER;
    if (from != to && !is_scalable) {
        return STATUS_INVALID; /* a tablet is not a capsule */
    }
    int power = units[from].power - units[to].power;
    enum status status = STATUS_OK;
    for (; power > 0 && status == STATUS_OK; power--) {
        status = multiply_ten(&value);
    }
    for (; power < 0 && status == STATUS_OK; power++) {
        status = divide_ten(&value);
    }
    if (status == STATUS_OK) {
        *out = value;
    }
    return status;
}
