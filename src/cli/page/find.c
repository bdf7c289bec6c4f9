/* cli/page/find.c - finds what a page is made of. */
#include "cli/page/find.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/page/member.h"
#include "cli/shell/output.h"

/* Adds a note to the page, and prints it as a warning. */
static void note(page_found *found, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void note(page_found *found, const char *format, ...)
{
    const size_t count = found->source.note_count;
    va_list arguments;
    if (count == MOST_NOTES) {
        return;
    }
    char *text = found->note[count];
    va_start(arguments, format);
    vsnprintf(text, SENTENCE_SIZE, format, arguments);
    va_end(arguments);
    found->notes[count] = text;
    found->source.note_count++;
    complain(0, "warning: %s", text);
}

/* The content of the library's message, in the words of the program. */
static void note_message(page_found *found, const char *what)
{
    char text[SENTENCE_SIZE];
    program_words(gml_context_message(found->context), text);
    note(found, "%s: %.2000s", what, text);
}

/* ---- files that a log names ---- */

/* True for a file or a folder. A log may be from anywhere: it cannot make the program wait for a pipe or a device. */
static bool is_there(const char *path)
{
    struct stat there;
    return stat(path, &there) == 0 && (S_ISREG(there.st_mode) || S_ISDIR(there.st_mode));
}

/* Looks for a file from the current folder, then from that of the log. False if it is in neither. */
static bool find_file(const char *name, const char *log, char path[PATH_MAX])
{
    const char *slash = strrchr(log, '/');
    const int folder = slash != NULL ? (int)(slash - log) + 1 : 0;
    if (snprintf(path, PATH_MAX, "%s", name) >= PATH_MAX) {
        return false;
    }
    return is_there(path) || (name[0] != '/' && folder > 0 &&
                              snprintf(path, PATH_MAX, "%.*s%s", folder, log, name) < PATH_MAX && is_there(path));
}

/* Loads the model of the run, if it is there and has the network of the log. */
static void find_model(const page_request *request, page_found *found)
{
    const json_t *config = found->run.config, *saved = json_object_get(found->run.result, "model");
    const char *name = member_text(config, "output"), *description = member_text(config, "description");
    if (name == NULL || json_is_null(saved)) {
        note(found, "the weights are not shown: the run saved no model");
    } else if (!find_file(name, request->subject, found->model_path)) {
        note(found, "the weights are not shown: the model '%.1000s' is not there", name);
    } else if (gml_model_load(found->context, found->model_path, &found->network) != GML_OK) {
        note_message(found, "the weights are not shown");
    } else if (description != NULL && strcmp(description, gml_network_description(found->network)) != 0) {
        note(found, "the weights are not shown: the model '%.1000s' has another network than the log",
             found->model_path);
        gml_network_destroy(found->network);
        found->network = NULL;
    }
}

/* ---- data ---- */

/* Opens data for the network into found->data; `name` is for the page. */
static int open_data(const page_request *request, page_found *found, const char *path, const char *name)
{
    const int code =
        open_for_network(found->network, path, request->part, &request->file, COLUMNS_PRESENT, &found->data);
    const bool test = request->part == NULL && has_test_part(found->context, path);
    if (code == 0) {
        found->source.data_name = name;
        snprintf(found->data_note, SENTENCE_SIZE, "%zu samples%s%.8s", gml_dataset_size(found->data),
                 test                    ? " of the test part"
                 : request->part != NULL ? " of the part "
                                         : "",
                 request->part != NULL ? request->part : "");
    }
    return code;
}

/* The samples that the run held back for validation, out of found->data. False: they are not known any more. */
static bool take_validation_part(page_found *found)
{
    const json_t *config = found->run.config;
    const gml_split_options options = {.kind = member_text(config, "split"),
                                       .fraction = member_number(config, "split_fraction"),
                                       .seed = (uint64_t)json_integer_value(json_object_get(config, "seed"))};
    gml_dataset *train = NULL, *validation = NULL;
    gml_split *split = NULL;
    gml_status status = options.fraction > 0 ? gml_split_create(found->data, &options, &split) : GML_ERROR_ARGUMENT;
    if (status == GML_OK) {
        status = gml_split_fold(split, 0, 0, &train, &validation);
    }
    gml_split_destroy(split);
    const bool same = status == GML_OK && (double)gml_dataset_size(train) == member_number(config, "train_samples") &&
                      (double)gml_dataset_size(validation) == member_number(config, "validation_samples");
    gml_dataset_destroy(train);
    if (!same) {
        gml_dataset_destroy(validation);
        return false;
    }
    found->all = found->data;
    found->data = validation;
    return true;
}

/* Of data without a test part: the validation part, else all samples. `apart`: the data is not that of the training. */
static void choose_samples(page_found *found, bool apart)
{
    const char *note = apart                         ? " of the validation data"
                       : take_validation_part(found) ? " of the validation part"
                                                     : ", those of the training among them";
    snprintf(found->data_note, SENTENCE_SIZE, "%zu samples%s", gml_dataset_size(found->data), note);
}

/* The data of the run: a test part, the file for validation, the samples that were held back, or all. */
static void find_data_of_run(const page_request *request, page_found *found)
{
    const char *validation = member_text(found->run.config, "validation_data");
    const char *name = validation != NULL ? validation : member_text(found->run.config, "data");
    const char *path = found->data_path;
    if (name == NULL) {
        note(found, "the network is not shown on data: the log names none");
        return;
    }
    if (strcmp(name, "digits") == 0) {
        path = find_data(name);
    } else if (!find_file(name, request->subject, found->data_path)) {
        note(found, "the network is not shown on data: '%.1000s' is not there", name);
        return;
    }
    if (path == NULL || open_data(request, found, path, name) != 0) {
        note(found, "the network is not shown on data: '%.1000s' cannot be used", name);
    } else if (request->part == NULL && !has_test_part(found->context, path)) {
        choose_samples(found, validation != NULL);
    }
}

static int find_samples(const page_request *request, page_found *found)
{
    if (found->network == NULL && request->data != NULL) {
        note(found, "the network is not shown on '%.1000s': that needs the model", request->data);
    }
    if (found->network == NULL) {
        return 0;
    }
    if (request->data != NULL) {
        const char *path = find_data(request->data);
        return path != NULL ? open_data(request, found, path, request->data) : EXIT_NO_INPUT;
    }
    if (found->source.run != NULL) {
        find_data_of_run(request, found);
    }
    return 0;
}

/* Measures the health on the data; without data, only the singular values of the weights. Data that the user gave must
 * fit the model. An ensemble has no layers to measure. */
static int measure(const page_request *request, page_found *found)
{
    if (gml_network_members(found->network) > 0) {
        return 0;
    }
    const gml_health_options options = {.samples = request->samples};
    gml_status status = gml_health_create(found->network, &options, &found->health);
    if (status == GML_OK) {
        status =
            found->data != NULL ? gml_health_measure(found->health, found->data) : gml_health_finish(found->health);
    }
    if (status == GML_OK) {
        found->source.health = found->health;
        found->source.health_note = found->data != NULL ? found->data_note : NULL;
        return 0;
    }
    if (request->data != NULL || status == GML_ERROR_MEMORY) {
        return complain_input(found->context, status);
    }
    note_message(found, "the network is not shown on data");
    gml_dataset_destroy(found->data);
    found->data = NULL;
    found->source.data_name = NULL;
    return 0;
}

/* ---- all of it ---- */

/* True for a log: it begins with a brace and is text. A model begins with the length of its header, of eight bytes.
 * What is no regular file can be read once only, and is taken as a log. */
static bool is_log(FILE *file)
{
    char start[8];
    struct stat there;
    if (fstat(fileno(file), &there) != 0 || !S_ISREG(there.st_mode)) {
        return true;
    }
    const size_t size = fread(start, 1, sizeof start, file);
    return size > 0 && start[0] == '{' && memchr(start, '\0', size) == NULL;
}

static int load_given_model(const page_request *request, page_found *found)
{
    char text[SENTENCE_SIZE];
    const gml_status status = gml_model_load(found->context, request->subject, &found->network);
    program_words(gml_context_message(found->context), text);
    if (status == GML_ERROR_DATA) {
        return complain(EXIT_DATA, "%.3000s; and it is no log of `gemmule train --log', which begins with '{'", text);
    }
    return status == GML_OK ? 0 : complain_input(found->context, status);
}

static int open_subject(const page_request *request, page_found *found)
{
    FILE *file = fopen(request->subject, "r");
    if (file == NULL) {
        return complain(EXIT_NO_INPUT, "%s: %s", request->subject, strerror(errno));
    }
    const bool log = is_log(file);
    fclose(file);
    if (!log) {
        found->source.model_path = request->subject;
        return load_given_model(request, found);
    }
    if (!run_story_begin(&found->run)) {
        return complain(EXIT_MEMORY, "not enough memory for the log");
    }
    const int code = run_story_read(request->subject, &found->run);
    run_story_finish(&found->run);
    if (code == 0) {
        found->source.log_path = request->subject;
        found->source.run = &found->run;
        find_model(request, found);
        found->source.model_path = found->network != NULL ? found->model_path : NULL;
    }
    return code;
}

int page_find(const page_request *request, page_found *found)
{
    found->source.notes = found->notes;
    int code = open_context(request->file.threads, &found->context);
    code = code == 0 ? open_subject(request, found) : code;
    code = code == 0 && found->network != NULL ? picture_shape_check(found->network, request->shape) : code;
    code = code == 0 ? find_samples(request, found) : code;
    code = code == 0 && found->network != NULL ? measure(request, found) : code;
    if (code == 0 && found->network != NULL) {
        found->source.shape = picture_shape_of(found->network, found->data, request->shape);
    }
    found->source.network = found->network;
    found->source.data = found->data;
    found->source.data_note = found->data != NULL ? found->data_note : NULL;
    return code;
}

void page_found_clear(page_found *found)
{
    gml_health_destroy(found->health);
    gml_dataset_destroy(found->data);
    gml_dataset_destroy(found->all);
    gml_network_destroy(found->network);
    gml_context_destroy(found->context);
    run_story_clear(&found->run);
}
