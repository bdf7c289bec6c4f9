/* tests/data/format_arff_refusal.c - ARFF (data/format/format_arff.c) that cannot be read. */
#include "format_case.h"

static const gml_dataset_options none = {0};

static const char *put_lines(const char *text)
{
    return put_file("data.arff", text, strlen(text));
}

TEST(declarations_that_cannot_be_read_are_refused_with_their_line)
{
    static const struct {
        const char *line, *says;
    } rows[] = {
        {"@attribute bag relational", "hold tables"},
        {"@attribute x complex", "\"complex\" is no type"},
        {"@attribute x", "is no type"},
        {"@attribute", "name of an attribute is missing"},
        {"@attribute {a,b}", "name of an attribute is missing"},
        {"@attribute x {a, b", "end with }"},
        {"@attribute x {a, {b}}", "end with }"},
        {"@attribute x {a, b, a}", "\"a\" is declared twice"},
        {"@attribute x {1, 2, 1.0}", "\"1.0\" is declared twice"},
        {"@attribute x {a, '', b}", "an empty value"},
        {"@attribute x real nonsense", "\"nonsense\" follows"},
        {"@attribute x real {0.5", "should end"},
        {"@attribute x 'real", "within quotes"},
        {"@attribute x'y real", "a quote inside"},
        {"@attribute 'x'y real", "a quote inside"},
        {"@attribute when date 'yyyy-ww'", "with w, which is not known"},
        {"@attribute when date \"yyyy'T\"", "a quote is not closed"},
        {"@attribute first real", "\"first\" is the name of two"},
        {"@attribute x\xff real", "UTF-8"},
        {"@attribute x {a\xff, b}", "UTF-8"},
        {"1,2", "\"1\" in the header"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        snprintf(text, sizeof text, "@relation r\n@attribute first real\n%s\n@attribute y real\n@data\n1,a,2\n",
                 rows[i].line);
        assert_refused(context, open_badly(put_lines(text), &none), GML_ERROR_DATA, "data.arff: line 3", rows[i].says,
                       NULL);
    }
    assert_refused(context, open_badly(put_lines("@relation r\n@attribute x real\n"), &none), GML_ERROR_DATA,
                   "ends before @data", NULL);
    assert_refused(context, open_badly(put_lines("@relation r\n@data\n1,2\n"), &none), GML_ERROR_DATA, "line 2",
                   "without an attribute", NULL);
    assert_refused(context, open_badly(put_lines("@relation r\n@attribute x real\n@attribute y real\n@data\n"), &none),
                   GML_ERROR_DATA, "has no rows", NULL);
    assert_refused(context, open_badly(in_folder("."), &(gml_dataset_options){.format = "arff"}), GML_ERROR_DATA,
                   "folder", NULL);
}

TEST(rows_that_break_their_declarations_are_refused_with_their_place)
{
    static const struct {
        const char *row, *says;
    } rows[] = {
        {"1,u,2014", "has 3 values; there are 4 attributes"},
        {"1,u,2014,1,1", "has 5 values; there are 4 attributes"},
        {"1,w,2014,1", "column 2 (\"c\"): \"w\" is none of the 2 values that are declared: \"u\", \"v\""},
        {"x,u,2014,1", "column 1 (\"x\"): \"x\" is not a finite number"},
        {"inf,u,2014,1", "\"inf\" is not a finite number"},
        {"1,u,14-1,1", "column 3 (\"when\"): \"14-1\" is no date of the form yyyy"},
        {"1,u,'2014,1", "within quotes"},
        {"1,u,20'14,1", "a quote inside"},
        {"1,u,'2014'x,1", "a quote inside"},
        {"1,u,2014,1 {x}", "hold no weight"},
        {"1,u,2014,1 {-1}", "hold no weight"},
        {"1,u,2014,1 {1", "hold no weight"},
        {"1,u,2014,1 {1} 5", "text after the values"},
        {"1,u,2014,1}", "text after the values"},
        {"1,u,{2014},1", "has 2 values"},
        {"{0 1", "index of an attribute, or }"},
        {"{0 1, x 2}", "\"x\" stands where the index"},
        {"{0}", "has no value behind it"},
        {"{4 1}", "\"4\" is no index"},
        {"{1 u, 0 1}", "\"0\" does not follow"},
        {"{1 u, 1 u}", "\"1\" does not follow"},
        {"{1 w}", "\"w\" is none of the 2 values"},
        {"{1 'u}", "within quotes"},
        {"{'1 u}", "within quotes"},
        {"{0 1} 2", "text after the values"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "@relation r\n@attribute x real\n@attribute c {u, v}\n@attribute when date yyyy\n@attribute y "
                 "real\n@data\n1,u,2014,1\n%s\n",
                 rows[i].row);
        assert_refused(context, open_badly(put_lines(text), &none), GML_ERROR_DATA, "data.arff: line 8", rows[i].says,
                       NULL);
    }
}

TEST(a_sparse_file_cannot_claim_memory)
{
    enum { ATTRIBUTES = 20000, ROWS = 100 };
    char *text = malloc(ATTRIBUTES * 32 + ROWS * 4);
    size_t used = (size_t)sprintf(text, "@relation r\n");
    for (size_t i = 0; i < ATTRIBUTES; i++) {
        used += (size_t)sprintf(text + used, "@attribute a%zu real\n", i);
    }
    used += (size_t)sprintf(text + used, "@data\n");
    for (size_t i = 0; i < ROWS; i++) {
        used += (size_t)sprintf(text + used, "{}\n");
    }
    assert_refused(context, open_badly(put_file("wide.arff", text, used), &none), GML_ERROR_DATA,
                   "4 samples of 20000 inputs", "too sparse", NULL);
    free(text);
}

TEST(reading_survives_lack_of_memory)
{
    assert_survives_lack_of_memory(
        put_lines("@relation r\n@attribute a {u, v}\n@attribute when date\n@attribute s string\n@attribute x real\n"
                  "@attribute y {p, q}\n@data\nu,1970-01-01T00:00:00,a,1,p\nv,?,b,2,q,{2}\n{3 5}\n"),
        &none);
}

int main(void)
{
    return run_file_tests("data_format_arff_refusal", 120);
}
