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
    char *text = found->note[found->source.note_count];
    va_list arguments;
    if (found->source.note_count == MOST_NOTES) {
        return;
    }
    va_start(arguments, format);
    vsnprintf(text, SENTENCE_SIZE, format, arguments);
    va_end(arguments);
    found->notes[found->source.note_count++] = text;
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
        note(found, "the weights: the run saved no model");
    } else if (!find_file(name, request->subject, found->model_path)) {
        note(found, "the weights: the model '%.1000s' is not there", name);
    } else if (gml_model_load(found->context, found->model_path, &found->network) != GML_OK) {
        note_message(found, "the weights");
    } else if (description != NULL && strcmp(description, gml_network_description(found->network)) != 0) {
        note(found, "the weights: the model '%.1000s' has another network than the log", found->model_path);
        gml_network_destroy(found->network);
        found->network = NULL;
    }
}

/* ---- data ---- */

static void describe_data(const page_request *request, page_found *found, const char *path, bool validation)
{
    const bool test = request->part == NULL && has_test_part(found->context, path);
    const size_t size = gml_dataset_size(found->data);
    snprintf(found->data_note, SENTENCE_SIZE, "%zu samples%s", size,
             test                                                 ? " of the test part"
             : validation                                         ? " of the validation data"
             : request->part != NULL                              ? " of the part that was asked for"
             : found->source.run != NULL && request->data == NULL ? ", those of the training among them"
                                                                  : "");
    found->source.data_note = found->data_note;
}

/* The data of the run: those held apart for validation, else all. */
static void find_data_of_run(const page_request *request, page_found *found)
{
    const char *validation = member_text(found->run.config, "validation_data");
    const char *name = validation != NULL ? validation : member_text(found->run.config, "data");
    const char *path = found->data_path;
    if (name == NULL) {
        note(found, "figures from data: the log names none");
        return;
    }
    if (strcmp(name, "digits") == 0) {
        path = find_data(name);
    } else if (!find_file(name, request->subject, found->data_path)) {
        note(found, "figures from data: '%.1000s' is not there", name);
        return;
    }
    if (path == NULL ||
        open_for_network(found->network, path, request->part, &request->file, true, &found->data) != 0) {
        note(found, "figures from data: '%.1000s' could not be read", name);
        return;
    }
    found->source.data_name = name;
    describe_data(request, found, path, validation != NULL);
}

static int open_given_data(const page_request *request, page_found *found)
{
    const char *path = find_data(request->data);
    int code = path == NULL ? EXIT_NO_INPUT
                            : open_for_network(found->network, path, request->part, &request->file, true, &found->data);
    if (code == 0) {
        found->source.data_name = request->data;
        describe_data(request, found, path, false);
    }
    return code;
}

static int find_samples(const page_request *request, page_found *found)
{
    if (found->network == NULL && request->data != NULL) {
        note(found, "figures from '%.1000s': they need the model", request->data);
    }
    if (found->network == NULL) {
        return 0;
    }
    if (request->data != NULL) {
        return open_given_data(request, found);
    }
    if (found->source.run != NULL) {
        find_data_of_run(request, found);
    }
    return 0;
}

/* Measures the health on the data; without data, only the singular values of the weights. Data that the user gave must
 * fit the model. */
static int measure(const page_request *request, page_found *found)
{
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
    note_message(found, "the health of the model on its data");
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
        return load_model(found->context, request->subject, &found->network);
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
    return code;
}

void page_found_clear(page_found *found)
{
    gml_health_destroy(found->health);
    gml_dataset_destroy(found->data);
    gml_network_destroy(found->network);
    gml_context_destroy(found->context);
    run_story_clear(&found->run);
}
