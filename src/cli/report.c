/* cli/report.c - `gemmule report`: a page about a run of training, a model or both, as one HTML file. */
#include <stdlib.h>

#include "cli/command.h"
#include "cli/page/find.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

static const flag arguments[] = {{"RUN", .help = "a log of `gemmule train --log', or a model", .read = read_file,
                                  .field = offsetof(page_request, subject)},
                                 {"[DATA]", .read = read_file, .field = offsetof(page_request, data)},
                                 {0}};

static void read_part(const flag *row, const char *text, void *field)
{
    *(const char **)field = row->words[flag_word(row, text, row->words)];
}

static const flag table[] = {{"output", "FILE", "write the page as FILE; needed", GROUP_REPORT, read_file,
                              .field = offsetof(page_request, output), .letter = 'o'},
                             {"samples", "N", "measure health on at most N samples (10000)", GROUP_DATA, read_whole,
                              .field = offsetof(page_request, samples), .least = 1, .most = SIZE_MAX},
                             {"part", "PART", "of a folder of IDX data: t10k (if it is there) or train", 0, read_part,
                              .field = offsetof(page_request, part),
                              .words = (const char *const[]){"train", "t10k", NULL}},
                             {"shape", "HxW", "inputs are pictures of H rows and W columns", 0, read_picture_shape,
                              .field = offsetof(page_request, shape)},
                             {0}};

static void check(const void *read)
{
    const page_request *request = read;
    if (request->output == NULL) {
        refuse("-o FILE is missing: the page is written as FILE");
    }
}

/* True if the page would replace none of the files it is about. */
static bool is_usable(const page_request *request, const page_found *found)
{
    const char *inputs[5] = {request->subject};
    size_t count = 1;
    const char *const others[] = {request->data, found->model_path, found->data_path};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (others[i] != NULL && others[i][0] != '\0') {
            inputs[count++] = others[i];
        }
    }
    return output_path_is_usable(request->output, inputs);
}

int run_report(int argc, char **argv)
{
    static const command_line line = {
        "RUN [DATA]",
        "Writes a page about a run of training or a model: one HTML file, which needs no other file.\v"
        "RUN is a log of `gemmule train --log', or a model.",
        arguments,
        {{table, 0}, {data_table, offsetof(page_request, file)}},
        check};
    page_request request = {.subject = NULL};
    parse_flags(&line, argc, argv, &request);
    page_found *found = calloc(1, sizeof *found);
    if (found == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for the page");
    }
    int code = is_usable(&request, found) ? page_find(&request, found) : EXIT_CREATE;
    if (code == 0) {
        code = is_usable(&request, found) ? page_write(request.output, &found->source) : EXIT_CREATE;
    }
    page_found_clear(found);
    free(found);
    return code;
}
