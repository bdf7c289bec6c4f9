/* cli/split/split_write.c - the files of the parts: all complete, or none. */
#include <errno.h>
#include <string.h>

#include "cli/shell/exit.h"
#include "cli/shell/output.h"
#include "cli/split/split.h"

/* Finds how the rows of the text are separated, so that their number is that of the samples. */
static int find_form(split_run *run, FILE *data, const split_text **form)
{
    static split_text forms[] = {{.quotes = true}, {.comment = '#'}}; /* CSV; LIBSVM text */
    const size_t expected = gml_dataset_size(run->dataset) + run->has_header;
    size_t rows = 0;
    forms[0].comment = run->file.comment != NULL ? run->file.comment[0] : '\0';
    for (size_t i = 0; i < 2; i++) {
        const int code = split_text_rows(run, data, &forms[i], true, &rows);
        rewind(data);
        if (code != 0 || rows == expected) {
            *form = &forms[i];
            return code;
        }
    }
    return complain(EXIT_UNSUPPORTED, "%s: %zu rows cannot be told apart in its text", run->data, expected);
}

/* Writes all rows of the data to the parts' files. */
static int write_rows(split_run *run, FILE *data)
{
    char front[8];
    const split_text *form = NULL;
    size_t rows = 0;
    const size_t got = fread(front, 1, sizeof front, data);
    rewind(data);
    if (got >= 6 && memcmp(front, "\x93NUMPY", 6) == 0) {
        return split_npy_rows(run, data);
    }
    if (memchr(front, '\0', got) != NULL ||
        (got >= 2 && (memcmp(front, "PK", 2) == 0 || memcmp(front, "\x1f\x8b", 2) == 0 ||
                      memcmp(front, "\xff\xfe", 2) == 0 || memcmp(front, "\xfe\xff", 2) == 0))) {
        return complain(EXIT_UNSUPPORTED,
                        "%s: cannot be split; files of CSV in UTF-8, of LIBSVM text and of NPY can, without gzip",
                        run->data);
    }
    int code = find_form(run, data, &form);
    if (code == 0) {
        code = split_text_rows(run, data, form, false, &rows);
    }
    if (code == 0 && rows != gml_dataset_size(run->dataset) + run->has_header) {
        code = complain(EXIT_DATA, "%s: has changed since it was read", run->data);
    }
    return code;
}

int split_write(split_run *run)
{
    FILE *data = fopen(run->data, "rb");
    int code = data != NULL ? 0 : complain(EXIT_NO_INPUT, "%s: cannot be opened: %s", run->data, strerror(errno));
    for (size_t i = 0; code == 0 && i < run->part_count; i++) {
        run->parts[i].file = output_open(run->parts[i].path, NULL);
        code = run->parts[i].file != NULL ? 0 : EXIT_CREATE;
    }
    if (code == 0) {
        code = write_rows(run, data);
    }
    for (size_t i = 0; code == 0 && i < run->part_count; i++) {
        code = output_complete(run->parts[i].file, run->parts[i].path);
    }
    for (size_t i = 0; code == 0 && i < run->part_count; i++) {
        code = output_close(run->parts[i].file, run->parts[i].path);
        run->parts[i].file = NULL;
    }
    for (size_t i = 0; i < run->part_count; i++) {
        if (run->parts[i].file != NULL) {
            output_discard(run->parts[i].file, run->parts[i].path);
        }
    }
    if (data != NULL) {
        fclose(data);
    }
    return code;
}
