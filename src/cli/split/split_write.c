/* cli/split/split_write.c - the files of the parts: all complete, or none. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "cli/shell/exit.h"
#include "cli/shell/output.h"
#include "cli/split/split.h"

/* Finds how the rows of the text are separated, so that their number is that of the samples and of the rows before
 * them. A CSV whose columns have names may have a header; without one, columns are named after their places. `marked`:
 * it begins with a line such as "sep=;". */
static int find_form(split_run *run, FILE *data, bool marked, const split_text **form)
{
    static split_text forms[] = {{.quotes = true}, {.comment = '#'}}; /* CSV; LIBSVM text */
    const size_t samples = gml_dataset_size(run->dataset), least[] = {samples + marked, samples};
    const size_t most[] = {least[0] + (gml_dataset_feature_name(run->dataset, 0) != NULL), samples};
    size_t rows = 0;
    forms[0].comment = run->file.comment != NULL ? run->file.comment[0] : '\0';
    for (size_t i = 0; i < 2; i++) {
        const int code = split_text_rows(run, data, &forms[i], true, &rows);
        rewind(data);
        if (code != 0 || (rows >= least[i] && rows <= most[i])) {
            run->heads = rows - samples;
            *form = &forms[i];
            return code;
        }
    }
    return complain(EXIT_UNSUPPORTED, "%s: %zu rows cannot be told apart in its text", run->data, most[0]);
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
    const bool marked = got >= 6 && strncasecmp(front, "sep=", 4) == 0 && (front[5] == '\n' || front[5] == '\r');
    int code = find_form(run, data, marked, &form);
    if (code == 0) {
        code = split_text_rows(run, data, form, false, &rows);
    }
    if (code == 0 && rows != gml_dataset_size(run->dataset) + run->heads) {
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
