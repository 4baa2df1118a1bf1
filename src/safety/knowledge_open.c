/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening the compiled knowledge. Nothing of it is believed before the checksum and every reference
 * were looked at, so that the engine can follow indexes without asking again, even in a file that
 * somebody made by hand. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/memory.h"
#include "safety/knowledge_format.h"
#include "safety/screen.h"

#define KNOWLEDGE_FILE_MAX ((off_t)1 << 30)

static const size_t SIZES[KNOWLEDGE_SECTION_COUNT] = {
#define KNOWLEDGE_SECTION_SIZE(name, type) sizeof(type),
    KNOWLEDGE_SECTIONS(KNOWLEDGE_SECTION_SIZE)};

static uint32_t count_of(const struct knowledge *k, enum knowledge_section section)
{
    return k->header->sections[section].count;
}

static bool header_is_right(const unsigned char *bytes, size_t len_bytes)
{
    struct stored_header h;
    if (len_bytes < sizeof h || (uintptr_t)bytes % 8 != 0) {
        return false;
    }
    memcpy(&h, bytes, sizeof h);
    if (memcmp(h.magic, KNOWLEDGE_MAGIC, sizeof h.magic) != 0 || h.size != len_bytes ||
        h.byte_order != KNOWLEDGE_BYTE_ORDER || h.bit_words == 0 ||
        h.bit_words > KNOWLEDGE_BIT_WORDS_MAX || h.curated > h.bit_words * 64) {
        return false;
    }
    for (int i = 0; i < KNOWLEDGE_SECTION_COUNT; i++) {
        uint64_t end = h.sections[i].offset + (uint64_t)h.sections[i].count * SIZES[i];
        if (h.sections[i].offset % 8 || h.sections[i].offset < sizeof h || end > len_bytes) {
            return false;
        }
    }
    size_t behind = offsetof(struct stored_header, checksum) + sizeof h.checksum;
    return knowledge_hash(bytes + behind, len_bytes - behind) == h.checksum;
}

/* A text reference is right when it lies in the section and starts a text (behind a NUL). */
static bool text_is_right(const struct knowledge *k, uint32_t offset)
{
    return offset < count_of(k, KNOWLEDGE_TEXTS) &&
           (offset == 0 || knowledge_text(k, offset)[-1] == '\0');
}

static bool rows_are_right(const struct knowledge *k, enum knowledge_section section, uint32_t rows,
                           uint32_t cells)
{
    const uint32_t *starts = knowledge_section(k, section, NULL);
    if (count_of(k, section) != rows + 1 || starts[0] != 0 || starts[rows] != cells) {
        return false;
    }
    for (uint32_t i = 0; i < rows; i++) {
        if (starts[i] > starts[i + 1]) {
            return false;
        }
    }
    return true;
}

static bool cells_are_right(const struct knowledge *k, enum knowledge_section section,
                            uint32_t others)
{
    const struct stored_cell *cells = knowledge_section(k, section, NULL);
    uint32_t rules = count_of(k, KNOWLEDGE_RULES);
    uint32_t lists = count_of(k, KNOWLEDGE_LISTS);
    for (uint32_t i = 0; i < count_of(k, section); i++) {
        const struct stored_cell *cell = &cells[i];
        bool is_right = cell->other < others && cell->count > 0 &&
                        (cell->count == 1 ? cell->first >> 1 < rules
                                          : (uint64_t)cell->first + cell->count <= lists);
        if (!is_right) {
            return false;
        }
    }
    const uint32_t *list = knowledge_section(k, KNOWLEDGE_LISTS, NULL);
    for (uint32_t i = 0; i < lists; i++) {
        if (list[i] >> 1 >= rules) {
            return false;
        }
    }
    return true;
}

struct indexed_rows {
    enum knowledge_section rows, cells, bits, ranks;
    uint32_t words; /* of bits, a row */
};

/* The index says what the cells say, so that a set bit always leads to its cell. */
static bool index_is_right(const struct knowledge *k, const struct indexed_rows *of)
{
    const uint32_t *rows = knowledge_section(k, of->rows, NULL);
    const struct stored_cell *cells = knowledge_section(k, of->cells, NULL);
    const uint64_t *bits = knowledge_section(k, of->bits, NULL);
    const uint16_t *ranks = knowledge_section(k, of->ranks, NULL);
    uint32_t words = of->words;
    if (count_of(k, of->bits) != k->header->curated * words || count_of(k, of->ranks) != k->header->curated * words) {
        return false;
    }
    for (uint32_t row = 0; row < k->header->curated; row++) {
        uint32_t at = rows[row];
        for (uint32_t w = 0; w < words; w++) {
            uint64_t seen = 0;
            if (ranks[row * words + w] != at - rows[row]) {
                return false;
            }
            for (; at < rows[row + 1] && cells[at].other / 64 == w; at++) {
                seen |= UINT64_C(1) << (cells[at].other % 64);
                if (at > rows[row] && cells[at].other <= cells[at - 1].other) {
                    return false;
                }
            }
            if (seen != bits[row * words + w]) {
                return false;
            }
        }
        if (at != rows[row + 1]) {
            return false;
        }
    }
    return true;
}

static bool rule_order_is_right(const struct knowledge *k)
{
    const uint32_t *order = knowledge_section(k, KNOWLEDGE_RULE_ORDER, NULL);
    const struct stored_rule *rules = knowledge_section(k, KNOWLEDGE_RULES, NULL);
    uint32_t count = count_of(k, KNOWLEDGE_RULES);
    if (count_of(k, KNOWLEDGE_RULE_ORDER) != count) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (order[i] >= count || rules[order[i]].rank != i) {
            return false;
        }
    }
    return true;
}

static bool test_is_right(const struct knowledge *k, const struct stored_test *t)
{
    uint32_t id = t->ref & 0xffffu;
    bool is_right = t->kind < STORED_TEST_KIND_COUNT && t->side < 2 &&
                    t->compare <= STORED_GREATER_EQUAL && t->unit < UNIT_COUNT &&
                    t->scale <= DECIMAL_SCALE_MAX;
    if (t->kind == STORED_TEST_WITH || t->kind == STORED_TEST_WITHOUT) {
        bool is_class = (t->ref & STORED_SELECTOR_CLASS) != 0;
        is_right = is_right &&
                   id < (is_class ? count_of(k, KNOWLEDGE_CLASSES) : k->header->curated);
    }
    if (t->kind == STORED_TEST_CONDITION) {
        is_right = is_right && t->ref < count_of(k, KNOWLEDGE_CONDITIONS);
    }
    return is_right;
}

static bool rules_are_right(const struct knowledge *k)
{
    const struct stored_rule *rules = knowledge_section(k, KNOWLEDGE_RULES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_RULES); i++) {
        const struct stored_rule *r = &rules[i];
        const uint32_t texts[] = {r->id,       r->effect, r->mechanism, r->management, r->source,
                                  r->reviewed, r->a,      r->b,         r->onset};
        for (size_t j = 0; j < sizeof texts / sizeof *texts; j++) {
            if (!text_is_right(k, texts[j])) {
                return false;
            }
        }
        if ((uint64_t)r->first_test + r->test_count > count_of(k, KNOWLEDGE_TESTS) ||
            r->severity >= INTERACTION_TYPE_COUNT || r->evidence >= EVIDENCE_LEVEL_COUNT) {
            return false;
        }
    }
    const struct stored_test *tests = knowledge_section(k, KNOWLEDGE_TESTS, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_TESTS); i++) {
        if (!test_is_right(k, &tests[i])) {
            return false;
        }
    }
    return true;
}

static bool things_are_right(const struct knowledge *k)
{
    const struct stored_substance *s = knowledge_section(k, KNOWLEDGE_SUBSTANCES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_SUBSTANCES); i++) {
        if (!text_is_right(k, s[i].key) || !text_is_right(k, s[i].name) ||
            !text_is_right(k, s[i].tallman) || !text_is_right(k, s[i].atc) ||
            !text_is_right(k, s[i].washout_text) || !text_is_right(k, s[i].assumed) || s[i].usual_route >= ROUTE_COUNT) {
            return false;
        }
    }
    const struct stored_class *classes = knowledge_section(k, KNOWLEDGE_CLASSES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_CLASSES); i++) {
        if (!text_is_right(k, classes[i].key) || !text_is_right(k, classes[i].title) ||
            !text_is_right(k, classes[i].text)) {
            return false;
        }
    }
    const struct stored_group *groups = knowledge_section(k, KNOWLEDGE_GROUPS, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_GROUPS); i++) {
        if (!text_is_right(k, groups[i].key) || !text_is_right(k, groups[i].title) ||
            !text_is_right(k, groups[i].rule_id)) {
            return false;
        }
    }
    const struct stored_condition *conditions = knowledge_section(k, KNOWLEDGE_CONDITIONS, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_CONDITIONS); i++) {
        if (!text_is_right(k, conditions[i].key) || !text_is_right(k, conditions[i].title)) {
            return false;
        }
    }
    const struct stored_food *foods = knowledge_section(k, KNOWLEDGE_FOODS, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_FOODS); i++) {
        if (!text_is_right(k, foods[i].key) || !text_is_right(k, foods[i].title) ||
            (foods[i].drug != KNOWLEDGE_NO_ID && foods[i].drug >= k->header->curated)) {
            return false;
        }
    }
    return true;
}

static bool allergies_are_right(const struct knowledge *k)
{
    const struct stored_allergy *cells = knowledge_section(k, KNOWLEDGE_ALLERGY_CELLS, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_ALLERGY_CELLS); i++) {
        const struct stored_allergy *a = &cells[i];
        if (a->ingredient >= k->header->curated || a->relation > FINDING_CROSS_LOW ||
            a->severity >= INTERACTION_TYPE_COUNT ||
            (a->rule != KNOWLEDGE_NO_RULE && a->rule >= count_of(k, KNOWLEDGE_RULES)) ||
            (a->rule == KNOWLEDGE_NO_RULE && a->group == KNOWLEDGE_NO_ID) ||
            (a->group != KNOWLEDGE_NO_ID && a->group >= count_of(k, KNOWLEDGE_GROUPS))) {
            return false;
        }
    }
    return rows_are_right(k, KNOWLEDGE_ALLERGY_ROWS,
                          count_of(k, KNOWLEDGE_GROUPS) + k->header->curated,
                          count_of(k, KNOWLEDGE_ALLERGY_CELLS));
}

static bool amount_is_right(const struct stored_amount *a)
{
    return a->scale <= DECIMAL_SCALE_MAX;
}

/* No bit stands behind the last duplicate. */
static bool duplicate_bits_are_right(const struct knowledge *k)
{
    const uint64_t *bits = knowledge_section(k, KNOWLEDGE_DUPLICATE_BITS, NULL);
    uint32_t words = knowledge_duplicate_words(k);
    uint32_t used = count_of(k, KNOWLEDGE_DUPLICATES) % 64;
    for (uint32_t i = 0; i < k->header->curated && used > 0; i++) {
        if (bits[i * words + words - 1] >> used) {
            return false;
        }
    }
    return true;
}

static bool doses_are_right(const struct knowledge *k)
{
    const struct stored_dose *doses = knowledge_section(k, KNOWLEDGE_DOSES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_DOSES); i++) {
        const struct stored_dose *d = &doses[i];
        if (d->rule >= count_of(k, KNOWLEDGE_RULES) || d->unit >= UNIT_COUNT ||
            d->population >= STORED_POPULATION_COUNT || !amount_is_right(&d->max_single) ||
            !amount_is_right(&d->max_daily) || !amount_is_right(&d->usual_low) ||
            !amount_is_right(&d->min_interval_h) || !amount_is_right(&d->per_kg_day) ||
            !amount_is_right(&d->per_kg_single) || !amount_is_right(&d->per_kg_max_day) ||
            !amount_is_right(&d->age_floor_y)) {
            return false;
        }
    }
    const struct stored_duplicate *dups = knowledge_section(k, KNOWLEDGE_DUPLICATES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_DUPLICATES); i++) {
        if (dups[i].rule >= count_of(k, KNOWLEDGE_RULES) ||
            dups[i].class_id >= count_of(k, KNOWLEDGE_CLASSES)) {
            return false;
        }
    }
    if (count_of(k, KNOWLEDGE_DUPLICATES) > KNOWLEDGE_DUPLICATE_WORDS_MAX * 64 ||
        count_of(k, KNOWLEDGE_DUPLICATE_BITS) !=
            k->header->curated * knowledge_duplicate_words(k) ||
        !duplicate_bits_are_right(k)) {
        return false;
    }
    return rows_are_right(k, KNOWLEDGE_DOSE_ROWS, k->header->curated, count_of(k, KNOWLEDGE_DOSES));
}

static bool name_is_right(const struct knowledge *k, const struct stored_name *n)
{
    static const enum knowledge_section targets[STORED_NAME_KIND_COUNT] = {
        [STORED_NAME_SUBSTANCE] = KNOWLEDGE_SUBSTANCES, [STORED_NAME_MIX] = KNOWLEDGE_MIXES,
        [STORED_NAME_GROUP] = KNOWLEDGE_GROUPS,         [STORED_NAME_CLASS] = KNOWLEDGE_CLASSES,
        [STORED_NAME_CONDITION] = KNOWLEDGE_CONDITIONS, [STORED_NAME_FOOD] = KNOWLEDGE_FOODS};
    return n->kind < STORED_NAME_KIND_COUNT && n->target < count_of(k, targets[n->kind]) &&
           text_is_right(k, n->folded) && text_is_right(k, n->display) &&
           (n->use == KNOWLEDGE_NO_ID || n->use < count_of(k, KNOWLEDGE_CONDITIONS));
}

static bool names_are_right(const struct knowledge *k)
{
    static const enum knowledge_section sections[] = {
        KNOWLEDGE_DRUG_NAMES, KNOWLEDGE_ALLERGEN_NAMES, KNOWLEDGE_CONDITION_NAMES,
        KNOWLEDGE_FOOD_NAMES};
    for (size_t s = 0; s < sizeof sections / sizeof *sections; s++) {
        const struct stored_name *names = knowledge_section(k, sections[s], NULL);
        for (uint32_t i = 0; i < count_of(k, sections[s]); i++) {
            if (!name_is_right(k, &names[i])) {
                return false;
            }
        }
    }
    const struct stored_lookalike *alike = knowledge_section(k, KNOWLEDGE_LOOKALIKES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_LOOKALIKES); i++) {
        if (!text_is_right(k, alike[i].folded) || !text_is_right(k, alike[i].tallman) ||
            !text_is_right(k, alike[i].other)) {
            return false;
        }
    }
    return true;
}

static bool products_are_right(const struct knowledge *k)
{
    const struct stored_mix *mixes = knowledge_section(k, KNOWLEDGE_MIXES, NULL);
    const uint16_t *parts = knowledge_section(k, KNOWLEDGE_MIX_PARTS, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_MIXES); i++) {
        if (mixes[i].part_count > DRUG_INGREDIENTS_MAX || mixes[i].route >= ROUTE_COUNT ||
            mixes[i].form >= DRUG_FORM_COUNT || !text_is_right(k, mixes[i].title) ||
            (uint64_t)mixes[i].first_part + mixes[i].part_count >
                count_of(k, KNOWLEDGE_MIX_PARTS)) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_MIX_PARTS); i++) {
        if (parts[i] >= k->header->curated) {
            return false;
        }
    }
    const struct stored_product *products = knowledge_section(k, KNOWLEDGE_PRODUCTS, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_PRODUCTS); i++) {
        if (products[i].mix >= count_of(k, KNOWLEDGE_MIXES) || products[i].route >= ROUTE_COUNT ||
            !text_is_right(k, products[i].strength) || !text_is_right(k, products[i].form) ||
            !text_is_right(k, products[i].brands)) {
            return false;
        }
    }
    const struct stored_product_code *codes = knowledge_section(k, KNOWLEDGE_PRODUCT_CODES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_PRODUCT_CODES); i++) {
        bool is_product = codes[i].substance == UINT32_MAX;
        if (!text_is_right(k, codes[i].strength) ||
            (is_product && codes[i].mix >= count_of(k, KNOWLEDGE_MIXES)) ||
            (!is_product && codes[i].substance >= count_of(k, KNOWLEDGE_SUBSTANCES))) {
            return false;
        }
    }
    return true;
}

static bool codes_are_right(const struct knowledge *k)
{
    const struct stored_code *codes = knowledge_section(k, KNOWLEDGE_CONDITION_CODES, NULL);
    for (uint32_t i = 0; i < count_of(k, KNOWLEDGE_CONDITION_CODES); i++) {
        if (!text_is_right(k, codes[i].text) ||
            codes[i].condition >= count_of(k, KNOWLEDGE_CONDITIONS)) {
            return false;
        }
    }
    return true;
}

static bool content_is_right(const struct knowledge *k)
{
    const struct stored_header *h = k->header;
    uint32_t texts = count_of(k, KNOWLEDGE_TEXTS);
    uint32_t conditions = count_of(k, KNOWLEDGE_CONDITIONS);
    const struct indexed_rows pairs = {KNOWLEDGE_PAIR_ROWS, KNOWLEDGE_PAIR_CELLS, KNOWLEDGE_PAIR_BITS, KNOWLEDGE_PAIR_RANKS,
                                       h->bit_words};
    const struct indexed_rows subjects = {KNOWLEDGE_SUBJECT_ROWS, KNOWLEDGE_SUBJECT_CELLS, KNOWLEDGE_SUBJECT_BITS,
                                          KNOWLEDGE_SUBJECT_RANKS, KNOWLEDGE_CONDITION_WORDS};
    return texts > 0 && knowledge_text(k, 0)[0] == '\0' &&
           knowledge_text(k, texts - 1)[0] == '\0' && text_is_right(k, h->version) &&
           text_is_right(k, h->date) && h->curated <= count_of(k, KNOWLEDGE_SUBSTANCES) &&
           count_of(k, KNOWLEDGE_SUBSTANCES) < KNOWLEDGE_NO_ID &&
           count_of(k, KNOWLEDGE_CLASS_BITS) == count_of(k, KNOWLEDGE_CLASSES) * h->bit_words &&
           count_of(k, KNOWLEDGE_GROUP_BITS) == count_of(k, KNOWLEDGE_GROUPS) * h->bit_words &&
           conditions >= KNOWLEDGE_STATES && conditions <= KNOWLEDGE_CONDITION_WORDS * 64 &&
           things_are_right(k) && rules_are_right(k) && allergies_are_right(k) &&
           rows_are_right(k, KNOWLEDGE_PAIR_ROWS, h->curated, count_of(k, KNOWLEDGE_PAIR_CELLS)) &&
           rows_are_right(k, KNOWLEDGE_SUBJECT_ROWS, h->curated,
                          count_of(k, KNOWLEDGE_SUBJECT_CELLS)) &&
           rows_are_right(k, KNOWLEDGE_FOOD_ROWS, h->curated, count_of(k, KNOWLEDGE_FOOD_CELLS)) &&
           cells_are_right(k, KNOWLEDGE_PAIR_CELLS, h->curated) && index_is_right(k, &pairs) &&
           rule_order_is_right(k) &&
           cells_are_right(k, KNOWLEDGE_SUBJECT_CELLS, conditions) && index_is_right(k, &subjects) &&
           cells_are_right(k, KNOWLEDGE_FOOD_CELLS, count_of(k, KNOWLEDGE_FOODS)) &&
           doses_are_right(k) && names_are_right(k) && products_are_right(k) && codes_are_right(k);
}

enum status knowledge_open_bytes(const void *bytes, size_t len_bytes, struct knowledge **out,
                                 struct error *err)
{
    uint32_t format = 0;
    if (len_bytes >= sizeof(struct stored_header)) {
        memcpy(&format, (const char *)bytes + offsetof(struct stored_header, format),
               sizeof format);
    }
    if (format > KNOWLEDGE_FORMAT && memcmp(bytes, KNOWLEDGE_MAGIC, 8) == 0) {
        return error_set(err, STATUS_NEWER,
                         _("The drug knowledge was made by a newer version of the program."));
    }
    struct knowledge k = {.base = bytes, .len_bytes = len_bytes, .header = bytes};
    if (!header_is_right(bytes, len_bytes) || format != KNOWLEDGE_FORMAT || !content_is_right(&k)) {
        return error_set(err, STATUS_DAMAGED,
                         _("The drug knowledge is damaged. Install it again; no check can run."));
    }
    *out = mem_alloc(sizeof **out);
    **out = k;
    return STATUS_OK;
}

void knowledge_let_go(const struct knowledge *k)
{
    long page = sysconf(_SC_PAGESIZE);
    uintptr_t size = page > 0 ? (uintptr_t)page : 4096;
    uintptr_t start = ((uintptr_t)k->base + size - 1) / size * size;
    uintptr_t end = ((uintptr_t)k->base + k->len_bytes) / size * size;
    if (k->is_of_file && end > start) {
        (void)madvise((void *)start, end - start, MADV_DONTNEED); /* else they stay: nothing is lost */
    }
}

enum status knowledge_open_file(const char *path, struct knowledge **out, struct error *err)
{
    struct stat info;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return error_set(err, errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO,
                         _("The file with the drug knowledge cannot be opened."));
    }
    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || info.st_size > KNOWLEDGE_FILE_MAX) {
        (void)close(fd); /* only read */
        return error_set(err, STATUS_IO, _("The file with the drug knowledge cannot be read."));
    }
    size_t len = (size_t)info.st_size;
    void *mapping = len ? mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0) : MAP_FAILED;
    (void)close(fd); /* the mapping stays */
    if (mapping == MAP_FAILED) {
        return error_set(err, STATUS_DAMAGED, _("The file with the drug knowledge is empty."));
    }
    enum status status = knowledge_open_bytes(mapping, len, out, err);
    if (status == STATUS_OK) {
        (*out)->mapping = mapping;
        (*out)->is_of_file = true;
        knowledge_let_go(*out);
    } else {
        (void)munmap(mapping, len);
    }
    return status;
}
