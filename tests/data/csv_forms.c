/* tests/data/csv_forms.c - the ways in which a CSV is written: delimiters, marks, encodings, line ends, several files
 * (data/csv/dialect.h, sniff.c, utf16.c, csv_reading.c). */
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "csv_case.h"

static const double table[] = {1.5, -2, 0, 3, 4000.25, 1};

static void assert_reads_table(const char *text, const gml_dataset_options *options)
{
    gml_dataset *dataset = open_text(text, options);
    assert_holds(dataset, 2, 2, table);
    ck_assert_str_eq(gml_dataset_feature_name(dataset, 1), "b");
    gml_dataset_destroy(dataset);
}

TEST(delimiters_and_decimal_marks_are_found)
{
    static const char *const texts[] = {
        "a,b,t\n1.5,-2,x\n3,4000.25,y\n",
        "a;b;t\n1.5;-2;x\n3;4000.25;y\n",
        "a;b;t\n1,5;-2;x\n3;4000,25;y\n",
        "a\tb\tt\n1.5\t-2\tx\n3\t4000.25\ty\n",
        "a\tb\tt\n1,5\t-2\tx\n3\t4000,25\ty\n",
        "a|b|t\n1.5|-2|x\n3|4000.25|y\n",
        "a b t\n1.5 -2 x\n3 4000.25 y\n",
        "  a   b\tt\n 1.5    -2 x  \n3 \t 4000.25   y\n",
        "a;b;t\n\"1,5\";-2;\"x\"\n3;\"4000,25\";y\n",
        "\"a\"\t\"b\"\tt\n1.5\t-2\tx\n3\t4000.25\ty\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        assert_reads_table(texts[i], NULL);
    }
}

TEST(of_several_delimiters_the_one_that_leaves_numbers_is_taken)
{
    gml_dataset *dataset =
        open_text("1,5;2,5;3,25\n4,5;5,5;6,75\n", &(gml_dataset_options){.task = GML_TASK_REGRESSION});
    assert_holds(dataset, 2, 2, (double[]){1.5, 2.5, 3.25, 4.5, 5.5, 6.75});
    gml_dataset_destroy(dataset);
    dataset = open_text("x,kind\n1,a;b\n2,c;d\n", NULL);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "a;b");
    gml_dataset_destroy(dataset);
    dataset = open_text("when,place\n1,New York\n2,Los Angeles\n", NULL);
    ck_assert_str_eq(gml_dataset_class_name(dataset, 1), "New York");
    gml_dataset_destroy(dataset);
    dataset = open_text("a;b;t\n1,500;2,250;0\n3;4;1\n", &(gml_dataset_options){.thousands = ","}); /* groups */
    assert_holds(dataset, 2, 2, (double[]){1500, 2250, 0, 3, 4, 1});
    gml_dataset_destroy(dataset);
    dataset = open_text("a;b;t\n1,500;2,250;0\n3;4;1\n", NULL); /* found as well */
    assert_holds(dataset, 2, 2, (double[]){1500, 2250, 0, 3, 4, 1});
    gml_dataset_destroy(dataset);
}

TEST(codes_among_inputs_are_their_numbers)
{
    gml_dataset *dataset = open_text("zip,big,t\n01067,9007199254740993,1.5\n-0,1e300,2.5\n00.5,2,3.5\n", NULL);
    assert_holds(dataset, 3, 2, (double[]){1067, 0x1p53, 1.5, 0, 1e300, 2.5, 0.5, 2, 3.5});
    gml_dataset_destroy(dataset);
    dataset = open_text("a;b;t\n01,5;2,25;x\n1.000.000,5;007;y\n", &(gml_dataset_options){.thousands = "."});
    assert_holds(dataset, 2, 2, (double[]){1.5, 2.25, 0, 1000000.5, 7, 1});
    gml_dataset_destroy(dataset);
    dataset = open_text("1,inf\n2,0\nx,3\n", &(gml_dataset_options){.bad_inputs = 1, .targets = GML_CHOICE_NO});
    double x[6];
    assert_ok(context, gml_dataset_gather(dataset, NULL, 3, gml_matrix_f64(x, 3, 2), gml_matrix_none()));
    ck_assert(x[0] == 1 && isnan(x[1]) && x[2] == 2 && x[3] == 0 && isnan(x[4]) && x[5] == 3);
    gml_dataset_destroy(dataset);
}

TEST(a_single_row_of_numbers_is_enough_to_find_the_delimiter)
{
    static const char *const texts[] = {"1.5,2.5\n", "1,5;2,5\n", "1.5 2.5", "1,5\t2,5\n", "1,5   2,5\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        gml_dataset *dataset = open_text(texts[i], &(gml_dataset_options){.features = 2, .header = GML_CHOICE_NO});
        assert_holds(dataset, 1, 2, (double[]){1.5, 2.5});
        gml_dataset_destroy(dataset);
    }
}

TEST(what_the_options_say_is_not_looked_for)
{
    assert_reads_table("a^b^t\n1.5^-2^x\n3^4000.25^y\n", &(gml_dataset_options){.delimiter = "^"});
    assert_reads_table("a\tb\tt\n1.5\t-2\tx\n3\t4000.25\ty\n", &(gml_dataset_options){.delimiter = "tab"});
    assert_reads_table("a;b;t\n1,5;-2;x\n3;4.000,25;y\n", &(gml_dataset_options){.thousands = "."});
    assert_reads_table("a,b,t\n1.5,-2,x\n3,\"4,000.25\",y\n", &(gml_dataset_options){.thousands = ","});
    assert_reads_table("a;b;t\n1,5;-2;x\n3;4000,25;y\n", &(gml_dataset_options){.decimal = "comma"});
    assert_reads_table("# two, lines\na,b,t\n# \"of\n1.5,-2,x\n  # comment\"\n3,4000.25,y\n#",
                       &(gml_dataset_options){.comment = "#"});
    assert_reads_table("a b t\n# it's\n1.5 -2 x\n3 4000.25 y\n", &(gml_dataset_options){.comment = "#"});
    assert_refused(context, open_bad_text("1;2;3\n4;5;6\n", &(gml_dataset_options){.delimiter = "comma"}),
                   GML_ERROR_DATA, "one column", NULL);
}

static void assert_option_refused(gml_dataset_options options, const char *part)
{
    gml_dataset *dataset = NULL;
    const char *path = put_text("table.csv", "1,2\n3,4\n");
    assert_refused(context, gml_dataset_open(context, path, &options, &dataset), GML_ERROR_ARGUMENT, part, NULL);
}

TEST(marks_that_cannot_be_are_refused_in_words)
{
    assert_option_refused((gml_dataset_options){.delimiter = "ab"}, "delimiter: \"ab\" is none of");
    assert_option_refused((gml_dataset_options){.delimiter = "1"}, "delimiter: \"1\"");
    assert_option_refused((gml_dataset_options){.delimiter = ""}, "delimiter: \"\"");
    assert_option_refused((gml_dataset_options){.delimiter = "\n"}, "delimiter: \"\\x0a\"");
    assert_option_refused((gml_dataset_options){.decimal = ";"}, "decimal: \";\" is none of the characters .,");
    assert_option_refused((gml_dataset_options){.thousands = "0"}, "thousands");
    assert_option_refused((gml_dataset_options){.comment = "\""}, "comment");
    assert_option_refused((gml_dataset_options){.delimiter = ",", .decimal = ","}, "delimiter and decimal mark");
    assert_option_refused((gml_dataset_options){.thousands = ",", .decimal = ","}, "decimal mark and separator");
    assert_option_refused((gml_dataset_options){.delimiter = ";", .comment = ";"}, "comment character");
    assert_option_refused((gml_dataset_options){.more_count = 1}, "more");
}

TEST(line_ends_may_be_mixed_and_blank_lines_do_not_count)
{
    assert_reads_table("a,b,t\r\n1.5,-2,x\r3,4000.25,y", NULL);
    assert_reads_table("\r\n\n\ra,b,t\n\r1.5,-2,x\r\r\n3,4000.25,y\r", NULL);
    assert_reads_table("a,b,t\n1.5,-2,x\n3,4000.25,y\n   ", NULL);
    assert_refused(context, open_bad_text("a,b,t\r\n1.5,-2,x\r3,oops,y\r", NULL), GML_ERROR_DATA, "line 3, column 2",
                   NULL);
}

/* Converts ASCII and a few characters to UTF-16. */
static size_t to_utf16(const char *text, bool big, char *to)
{
    size_t used = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        unsigned c = *p;
        c = c == '@' ? 0x20AC : c; /* a euro */
        to[used++] = (char)(big ? c >> 8 : c & 0xFF);
        to[used++] = (char)(big ? c & 0xFF : c >> 8);
    }
    return used;
}

TEST(utf_16_with_a_byte_order_mark_is_read)
{
    for (int big = 0; big < 2; big++) {
        char bytes[256];
        size_t size = to_utf16("??a\tb\tt\r\n1.5\t-2\tx@\r\n3\t4000.25\ty\r\n", big, bytes);
        memcpy(bytes, big ? "\xfe\xff" : "\xff\xfe", 2);
        memmove(bytes + 2, bytes + 4, size -= 4);
        size += 2;
        gml_dataset *dataset = NULL;
        assert_ok(context, gml_dataset_open(context, put_file("table.csv", bytes, size), NULL, &dataset));
        assert_holds(dataset, 2, 2, table);
        ck_assert_str_eq(gml_dataset_class_name(dataset, 0), "x\xe2\x82\xac");
        gml_dataset_destroy(dataset);
        assert_refused(context, open_bad(bytes, size - 1, NULL), GML_ERROR_DATA, "not UTF-16 near byte", NULL);
        assert_refused(context, open_bad(bytes + 2, size - 2, NULL), GML_ERROR_DATA, "neither text", NULL);
    }
    const char pair[] = "\xff\xfe"
                        "1\0,\0\x3d\xd8\x00\xdf\n\0"
                        "2\0,\0a\0\n\0",
               half[] = "\xff\xfe"
                        "1\0,\0\x3d\xd8\n\0",
               low[] = "\xff\xfe"
                       "1\0,\0\x00\xdf\n\0";
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, put_file("table.csv", pair, sizeof pair - 1), NULL, &dataset));
    ck_assert_str_eq(gml_dataset_class_name(dataset, 1), "\xf0\x9f\x9c\x80");
    gml_dataset_destroy(dataset);
    assert_refused(context, open_bad(half, sizeof half - 1, NULL), GML_ERROR_DATA, "UTF-16", NULL);
    assert_refused(context, open_bad(low, sizeof low - 1, NULL), GML_ERROR_DATA, "UTF-16", NULL);
}

TEST(a_nul_is_refused_where_it_stands)
{
    const char text[] = "x,y\n1,2.5\n2,\"a\0b\"\n";
    assert_refused(context, open_bad(text, sizeof text - 1, &(gml_dataset_options){.format = "csv"}), GML_ERROR_DATA,
                   "line 3, column 2 (\"y\")", "\"a\\x00b\" is not text", "NUL", NULL);
}

/* ---- several files ---- */

TEST(further_files_are_read_as_if_they_were_one)
{
    char second[256], third[256];
    strcpy(second, put_text("second.csv", "a,b,t\n3,4000.25,y\n"));
    strcpy(third, put_text("third.csv", "\na,b,t\n\n5,6,x\n7,bad,y\n"));
    const char *const more[] = {second, third};
    assert_reads_table("a,b,t\n1.5,-2,x\n", &(gml_dataset_options){.more = more, .more_count = 1});
    gml_dataset *dataset = NULL;
    const char *first = put_text("table.csv", "a,b,t\n1.5,-2,x\n");
    assert_refused(context,
                   gml_dataset_open(context, first, &(gml_dataset_options){.more = more, .more_count = 2}, &dataset),
                   GML_ERROR_DATA, "third.csv: line 5, column 2 (\"b\"): \"bad\"", NULL);
    put_text("second.csv", "b,a,t\n3,4000.25,y\n");
    assert_refused(context,
                   gml_dataset_open(context, first, &(gml_dataset_options){.more = more, .more_count = 1}, &dataset),
                   GML_ERROR_DATA, "second.csv: line 1, column 1: \"b\"", "has \"a\"", "same header", NULL);
    put_text("second.csv", "a,b\n3,4000.25\n");
    assert_refused(context,
                   gml_dataset_open(context, first, &(gml_dataset_options){.more = more, .more_count = 1}, &dataset),
                   GML_ERROR_DATA, "second.csv: line 1 has 2 columns", NULL);
    put_text("second.csv", "");
    assert_refused(context,
                   gml_dataset_open(context, first, &(gml_dataset_options){.more = more, .more_count = 1}, &dataset),
                   GML_ERROR_DATA, "second.csv: is empty", NULL);
    remove(second);
    assert_refused(context,
                   gml_dataset_open(context, first, &(gml_dataset_options){.more = more, .more_count = 1}, &dataset),
                   GML_ERROR_NOT_FOUND, "second.csv", NULL);
    put_text("second.csv", "3;4000.25;y\n"); /* the dialect of the first file */
    first = put_text("table.csv", "1.5;-2;x\n");
    assert_ok(context,
              gml_dataset_open(context, first, &(gml_dataset_options){.more = more, .more_count = 1}, &dataset));
    assert_holds(dataset, 2, 2, table);
    gml_dataset_destroy(dataset);
}

TEST(samples_of_further_files_are_named_by_their_own_lines)
{
    char second[256];
    strcpy(second, put_text("second.csv", "3,4,-1\n5,6,2\n"));
    const char *const more[] = {second};
    const char *first = put_text("table.csv", "1,2,1\n3,4,2\n");
    gml_dataset *dataset = NULL;
    assert_refused(context,
                   gml_dataset_open(context, first,
                                    &(gml_dataset_options){.more = more, .more_count = 1, .weights = "-1"}, &dataset),
                   GML_ERROR_DATA, "second.csv: line 1, column 3: \"-1\" is a weight below 0", NULL);
}

/* ---- what is no regular file ---- */

static void *write_pipe(void *path)
{
    FILE *pipe = fopen(path, "w");
    fputs("a,b,t\n1.5,-2,x\n3,4000.25,y\n", pipe);
    fclose(pipe);
    return NULL;
}

TEST(a_pipe_is_read_from_start_to_end)
{
    char path[256];
    strcpy(path, in_folder("pipe"));
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    pthread_t writer;
    ck_assert_int_eq(pthread_create(&writer, NULL, write_pipe, path), 0);
    gml_dataset *dataset = NULL;
    assert_ok(context, gml_dataset_open(context, path, NULL, &dataset));
    pthread_join(writer, NULL);
    assert_holds(dataset, 2, 2, table);
    gml_dataset_destroy(dataset);
    remove(path);
}

/* The number of columns that are found in a text. */
static size_t count_columns(const char *text)
{
    gml_table *read = NULL;
    assert_ok(context, gml_table_open(context, put_text("table.csv", text), NULL, &read));
    const size_t columns = gml_table_columns(read);
    gml_table_destroy(read);
    return columns;
}

TEST(a_delimiter_splits_all_records_alike_and_blanks_mostly_into_numbers)
{
    ck_assert_uint_eq(count_columns("1 2 x\n3 4 y\n5 6 z\n"), 3);
    ck_assert_uint_eq(count_columns("big cat 1\nred dog 2\ntiny ant 3\n"), 1);
    ck_assert_uint_eq(count_columns("1,2;x\n3;y\n4,5,6;z\n"), 2); /* commas leave more numbers, not equally many */
}

TEST(words_for_missing_cells_take_the_place_of_the_usual_ones_and_may_be_numbers)
{
    const gml_dataset_options options = {.header = GML_CHOICE_YES, .missing = "-1,x"};
    double x[8];
    gml_column column;
    gml_dataset *dataset = open_text("a,b,y\n-1,NA,1.5\n2,red,2.5\n3,x,0.5\n-1.0,red,3.5\n", &options);
    assert_ok(context, gml_dataset_gather(dataset, NULL, 4, gml_matrix_f64(x, 4, 2), gml_matrix_none()));
    ck_assert(isnan(x[0]) && x[2] == 2 && x[4] == 3 && isnan(x[6]));
    assert_ok(context, gml_dataset_column(dataset, 1, &column));
    ck_assert_uint_eq(column.level_count, 2);
    ck_assert_str_eq(column.levels[0], "NA");
    ck_assert(x[1] == 0 && x[3] == 1 && isnan(x[5]));
    gml_dataset_destroy(dataset);
}

TEST(of_missing_cells_the_first_is_named)
{
    const gml_dataset_options numbers = {.features = 2}; /* of a network without kinds of columns */
    assert_refused(context, open_bad_text("1,2,a\n3,,b\n5,NA,c\n", &numbers), GML_ERROR_DATA, "line 2, column 2", NULL);
    assert_refused(context, open_bad_text("1,2,a\n3,NA,b\n5,,c\n", &numbers), GML_ERROR_DATA, "line 2, column 2", NULL);
}

int main(void)
{
    return run_file_tests("data_csv_forms", 120);
}
