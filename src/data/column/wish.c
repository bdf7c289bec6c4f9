/* data/column/wish.c - what the user says of columns: "zip=category; when=date; id=ignore", and names to ignore. */
#include <string.h>

#include "base/text.h"
#include "data/column/column.h"

typedef struct kind_word {
    const char *name;
    gml_column_wish wish;
} kind_word;

static const kind_word words[] = {
    {"number", {.given = true, .known = {.kind = GML_COLUMN_NUMBER}}},
    {"category", {.given = true, .known = {.kind = GML_COLUMN_CATEGORY}}},
    {"date", {.given = true, .known = {.kind = GML_COLUMN_DATE}}},
    {"ymd", {.given = true, .ordered = true, .known = {.kind = GML_COLUMN_DATE}}},
    {"dmy", {.given = true, .ordered = true, .known = {.kind = GML_COLUMN_DATE, .date_order = GML_DATE_DAY_FIRST}}},
    {"mdy", {.given = true, .ordered = true, .known = {.kind = GML_COLUMN_DATE, .date_order = GML_DATE_MONTH_FIRST}}},
    {"ignore", {.ignored = true}},
};

enum { WORDS = sizeof words / sizeof *words };

typedef struct reading {
    gml_context *context;
    const char *path;
    const char *option; /* whose text is read */
    const char *text, *at;
    const gml_labels *names;
    size_t count;
    gml_column_wish *wishes;
    char *name; /* [room]: the last name that was read */
    size_t length, room;
} reading;

static gml_status refuse(const reading *of, const char *at, const char *complaint)
{
    char excerpt[GML_EXCERPT_SIZE];
    gml_excerpt(at, strlen(at), excerpt);
    return gml_fail(of->context, GML_ERROR_ARGUMENT, "%s: %s, character %zu, at %s: %s", of->path, of->option,
                    (size_t)(at - of->text) + 1, excerpt, complaint);
}

static void skip_blanks(reading *of)
{
    of->at += strspn(of->at, " \t\n\r");
}

/* Reads a name up to one of `ends`, without the blanks around it, or in quotes. */
static gml_status read_name(reading *of, const char *ends)
{
    skip_blanks(of);
    const char *begin = of->at;
    bool quoted = *of->at == '\'';
    of->length = 0;
    if (!quoted) {
        of->length = strcspn(of->at, ends);
        of->at += of->length;
        while (of->length > 0 && strchr(" \t\n\r", begin[of->length - 1]) != NULL) {
            of->length--;
        }
        memcpy(of->name, begin, of->length);
        return of->length > 0 ? GML_OK : refuse(of, begin, "the name of a column is missing");
    }
    for (of->at++; *of->at != '\0' && (*of->at != '\'' || of->at[1] == '\''); of->at++) {
        of->at += *of->at == '\'';
        of->name[of->length++] = *of->at;
    }
    if (*of->at == '\0') {
        return refuse(of, begin, "the quote is not closed");
    }
    of->at++;
    skip_blanks(of);
    return GML_OK;
}

/* Names the column with the nearest name. */
static gml_status refuse_name(const reading *of)
{
    char excerpt[GML_EXCERPT_SIZE], nearest[GML_EXCERPT_SIZE];
    size_t length, least = SIZE_MAX, best = 0, count = of->names != NULL ? of->names->count : 0;
    gml_excerpt(of->name, of->length, excerpt);
    of->name[of->length] = '\0';
    for (size_t i = 0; i < count; i++) {
        const char *name = gml_labels_key(of->names, i, &length);
        size_t distance = gml_text_distance(name, length, of->name);
        best = distance < least ? i : best;
        least = distance < least ? distance : least;
    }
    if (count == 0) {
        return gml_fail(of->context, GML_ERROR_NAME,
                        "%s: %s: there is no column %s: the columns have no names, and indexes from 0 to %zu", of->path,
                        of->option, excerpt, of->count - 1);
    }
    const char *name = gml_labels_key(of->names, best, &length);
    gml_excerpt(name, length, nearest);
    return gml_fail(of->context, GML_ERROR_NAME, "%s: %s: there is no column %s; the nearest is %s", of->path,
                    of->option, excerpt, nearest);
}

static gml_status find_column(const reading *of, size_t *column)
{
    size_t index = 0;
    if (of->names != NULL && gml_labels_find(of->names, of->name, of->length, column)) {
        return GML_OK;
    }
    if (gml_text_to_size(of->name, of->length, &index) && index < of->count) {
        *column = index;
        return GML_OK;
    }
    return refuse_name(of);
}

static gml_status set_wish(const reading *of, const char *begin, const gml_column_wish *wish)
{
    size_t column = 0;
    gml_status status = find_column(of, &column);
    if (status != GML_OK) {
        return status;
    }
    gml_column_wish *to = &of->wishes[column];
    if (to->given || to->ignored) {
        return to->ignored && wish->ignored ? GML_OK : refuse(of, begin, "the column has a rule already");
    }
    *to = *wish;
    return GML_OK;
}

/* Reads the word of a kind. */
static gml_status read_kind(reading *of, const gml_column_wish **wish)
{
    skip_blanks(of);
    const char *begin = of->at;
    size_t length = strcspn(begin, ";");
    of->at += length;
    while (length > 0 && strchr(" \t\n\r", begin[length - 1]) != NULL) {
        length--;
    }
    for (size_t i = 0; i < WORDS; i++) {
        if (strlen(words[i].name) == length && memcmp(words[i].name, begin, length) == 0) {
            *wish = &words[i].wish;
            return GML_OK;
        }
    }
    return refuse(of, begin, "expected one of number, category, date, ymd, dmy, mdy and ignore");
}

static gml_status read_rules(reading *of)
{
    gml_status status = GML_OK;
    for (skip_blanks(of); status == GML_OK && *of->at != '\0'; skip_blanks(of)) {
        const char *begin = of->at;
        const gml_column_wish *wish = NULL;
        status = read_name(of, "=;");
        if (status == GML_OK && *of->at != '=') {
            status = refuse(of, of->at, "expected = and a kind after the name of a column");
        }
        of->at += status == GML_OK;
        if (status == GML_OK) {
            status = read_kind(of, &wish);
        }
        if (status == GML_OK) {
            status = set_wish(of, begin, wish);
        }
        of->at += *of->at == ';';
    }
    return status;
}

static gml_status read_ignored(reading *of)
{
    static const gml_column_wish ignored = {.ignored = true};
    gml_status status = GML_OK;
    for (skip_blanks(of); status == GML_OK && *of->at != '\0'; skip_blanks(of)) {
        const char *begin = of->at;
        status = read_name(of, ",");
        if (status == GML_OK && *of->at != ',' && *of->at != '\0') {
            status = refuse(of, of->at, "expected a comma after the name of a column");
        }
        if (status == GML_OK) {
            status = set_wish(of, begin, &ignored);
        }
        of->at += *of->at == ',';
    }
    return status;
}

static gml_status read_text(reading *of, const char *option, const char *text, gml_status (*read)(reading *of))
{
    if (text == NULL) {
        return GML_OK;
    }
    of->option = option;
    of->text = of->at = text;
    of->room = strlen(text) + 1;
    of->name = gml_allocate(of->context, of->room, 1, "the name of a column");
    gml_status status = of->name != NULL ? read(of) : GML_ERROR_MEMORY;
    gml_release(of->context, of->name, of->room, 1);
    return status;
}

gml_status gml_wishes_read(gml_context *context, const char *path, const char *columns, const char *ignore,
                           const gml_labels *names, size_t count, gml_column_wish *wishes)
{
    reading of = {.context = context, .path = path, .names = names, .count = count, .wishes = wishes};
    gml_status status = read_text(&of, "columns", columns, read_rules);
    return status == GML_OK ? read_text(&of, "ignore", ignore, read_ignored) : status;
}

gml_column_wish gml_column_wish_of(const gml_cells_column *column, const gml_column_wish *said)
{
    gml_column_wish wish = *said;
    const gml_column_kind kind = column->declaration.kind;
    if (!wish.given && column->declared && (kind == GML_COLUMN_CATEGORY || kind == GML_COLUMN_DATE)) {
        wish.known = column->declaration;
        wish.given = wish.ordered = wish.fixed = wish.declared = true;
    }
    return wish;
}
