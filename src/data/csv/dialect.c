/* data/csv/dialect.c - the dialect that the options describe. */
#include "data/csv/dialect.h"

/* An option that is one character, or the name of one. */
typedef struct mark_option {
    const char *name, *text; /* text null: not given */
    const char *allowed;
    char *mark;
} mark_option;

static gml_status read_mark(gml_context *context, mark_option option)
{
    static const struct {
        const char *name;
        char mark;
    } names[] = {{"tab", '\t'}, {"\\t", '\t'}, {"space", ' '}, {"comma", ','}, {"semicolon", ';'}, {"point", '.'}};
    if (option.text == NULL) {
        return GML_OK;
    }
    char found = option.text[0] != '\0' && option.text[1] == '\0' ? option.text[0] : '\0';
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        found = strcmp(option.text, names[i].name) == 0 ? names[i].mark : found;
    }
    if (found != '\0' && strchr(option.allowed, found) != NULL) {
        *option.mark = found;
        return GML_OK;
    }
    char excerpt[GML_EXCERPT_SIZE];
    bool tab = strchr(option.allowed, '\t') != NULL, space = strchr(option.allowed, ' ') != NULL;
    gml_excerpt(option.text, strlen(option.text), excerpt);
    return gml_fail(context, GML_ERROR_ARGUMENT, "%s: %s is none of the characters %.*s%s%s", option.name, excerpt,
                    (int)strcspn(option.allowed, " \t"), option.allowed, space ? ", space" : "", tab ? ", tab" : "");
}

/* Reads the words for missing cells, separated by commas. */
static gml_status read_words(gml_context *context, const char *text, gml_csv_dialect *dialect)
{
    gml_status status = GML_OK;
    dialect->words_given = text != NULL;
    for (const char *word = text; status == GML_OK && word != NULL && *word != '\0';) {
        size_t length = strcspn(word, ","), label = 0;
        double number;
        if (length > 0) {
            status = gml_labels_add(context, &dialect->words, word, length, &label);
        }
        if (status == GML_OK && gml_decimal_read(word, length, dialect->style, &number) && isfinite(number)) {
            status = gml_pile_push(context, &dialect->numbers, &number, sizeof number, "the words for missing cells");
        }
        word += length + (word[length] == ',');
    }
    return status;
}

static gml_status check_marks(gml_context *context, const gml_csv_dialect *dialect)
{
    const struct {
        const char *name;
        char c;
    } marks[] = {{"delimiter", dialect->delimiter},
                 {"decimal mark", dialect->style.mark},
                 {"separator of thousands", dialect->style.thousands},
                 {"comment character", dialect->comment}};
    for (size_t i = 0; i < 4; i++) {
        for (size_t j = 0; j < i; j++) {
            bool thousands_in_quotes = i == 2 && j == 0; /* "1,234" may be a quoted field */
            if (marks[i].c != 0 && marks[i].c == marks[j].c && !thousands_in_quotes) {
                return gml_fail(context, GML_ERROR_ARGUMENT, "a CSV whose %s and %s are both '%c' cannot be read",
                                marks[j].name, marks[i].name, marks[i].c);
            }
        }
    }
    return GML_OK;
}

gml_status gml_csv_dialect_begin(gml_context *context, const gml_dataset_options *options, gml_csv_dialect *dialect)
{
    *dialect = (gml_csv_dialect){.quote = '"', .optional = options->marks_optional != 0};
    const mark_option marks[] = {
        {"delimiter", options->delimiter, ",;|:^~&! \t", &dialect->delimiter},
        {"decimal", options->decimal, ".,", &dialect->style.mark},
        {"thousands", options->thousands, ",.'_ ", &dialect->style.thousands},
        {"comment", options->comment, "#%;!*/", &dialect->comment},
    };
    gml_status status = GML_OK;
    for (size_t i = 0; status == GML_OK && i < sizeof marks / sizeof *marks; i++) {
        status = read_mark(context, marks[i]);
    }
    if (status == GML_OK && dialect->style.mark == 0 && dialect->style.thousands == '.') {
        dialect->style.mark = ',';
    }
    if (status == GML_OK) {
        status = check_marks(context, dialect);
    }
    return status == GML_OK ? read_words(context, options->missing, dialect) : status;
}

void gml_csv_dialect_clear(gml_context *context, gml_csv_dialect *dialect)
{
    gml_labels_clear(context, &dialect->words);
    gml_pile_clear(context, &dialect->numbers);
}

bool gml_csv_is_given_word(const gml_csv_dialect *dialect, const char *text, size_t length)
{
    size_t label;
    return gml_labels_find(&dialect->words, text, length, &label);
}

bool gml_csv_is_given_number(const gml_csv_dialect *dialect, double number)
{
    const double *numbers = dialect->numbers.data;
    for (size_t i = 0; i < dialect->numbers.size / sizeof *numbers; i++) {
        if (numbers[i] == number) {
            return true;
        }
    }
    return false;
}
