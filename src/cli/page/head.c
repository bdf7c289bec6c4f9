/* cli/page/head.c - the head of a page and its header. */
#include "cli/page/head.h"

#include <math.h>
#include <string.h>

#include "cli/page/embedded.h"
#include "cli/page/html.h"
#include "cli/page/member.h"
#include "cli/run/run_story.h"

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* The file that the page is about. */
static const char *subject_of(const page_source *source)
{
    const char *path = source->log_path != NULL     ? source->log_path
                       : source->model_path != NULL ? source->model_path
                                                    : source->data_name;
    return path != NULL ? last_part(path) : "a run";
}

static void write_document_head(FILE *stream, const page_source *source)
{
    fprintf(stream,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '%s'; script-src "
            "'%s'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
            "<meta name=\"color-scheme\" content=\"light dark\">\n"
            "<meta name=\"referrer\" content=\"no-referrer\">\n"
            "<link rel=\"icon\" href=\"data:,\">\n<title>",
            page_style_hash, page_script_hash);
    html_escaped(stream, subject_of(source), HTML_LONGEST);
    fprintf(stream, " – gemmule</title>\n<style>%s</style>\n</head>\n<body>\n", page_style);
}

/* ---- the most important figures ---- */

static void begin_tile(FILE *stream, const char *name)
{
    fprintf(stream, "<div><dt>%s</dt><dd>", name);
}

static void end_tile(FILE *stream)
{
    fputs("</dd></div>\n", stream);
}

static void write_number_tile(FILE *stream, const char *name, double value)
{
    if (!isnan(value)) {
        begin_tile(stream, name);
        html_number(stream, value);
        end_tile(stream);
    }
}

static void write_share_tile(FILE *stream, const char *name, double value)
{
    if (!isnan(value)) {
        begin_tile(stream, name);
        fprintf(stream, "%.2f<small> %%</small>", 100 * value);
        end_tile(stream);
    }
}

/* The figures of a part: the accuracy, or else RMSE and R2, or else the loss. */
static void write_part(FILE *stream, const json_t *result, const char *part, const char *title)
{
    char name[32], heading[64];
    const char *const figures[] = {"accuracy", "rmse", "r2", "loss"}, *const words[] = {"accuracy", "RMSE", "R²",
                                                                                        "loss"};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++) {
        snprintf(name, sizeof name, "%s_%s", part, figures[i]);
        snprintf(heading, sizeof heading, "%s %s", title, words[i]);
        if (i == 0) {
            write_share_tile(stream, heading, member_number(result, name));
        } else {
            write_number_tile(stream, heading, member_number(result, name));
        }
    }
}

static void write_run_tiles(FILE *stream, const run_story *run)
{
    const json_t *result = run->result;
    const double epochs = member_number(result, "epochs"), seconds = member_number(result, "seconds");
    write_part(stream, result, "test", "test");
    write_part(stream, result, "val", "validation");
    if (isnan(member_number(result, "val_loss")) && isnan(member_number(result, "test_loss"))) {
        write_number_tile(stream, "training loss", member_number(result, "train_loss"));
    }
    write_number_tile(stream, "best epoch", member_number(result, "best_epoch"));
    write_number_tile(stream, "epochs", epochs);
    if (seconds >= 0) {
        begin_tile(stream, "training time");
        html_seconds(stream, seconds);
        end_tile(stream);
    }
}

static void write_tiles(FILE *stream, const page_source *source)
{
    const gml_network *network = source->network;
    double parameters = source->run != NULL ? member_number(source->run->config, "parameters") : (double)NAN;
    fputs("<dl class=\"figures\">\n", stream);
    if (source->run != NULL) {
        write_run_tiles(stream, source->run);
    }
    if (network != NULL) {
        parameters = (double)gml_network_parameter_count(network);
    }
    if (parameters >= 0) {
        begin_tile(stream, "parameters");
        fprintf(stream, "%.0f", parameters);
        end_tile(stream);
    }
    fputs("</dl>\n", stream);
}

/* ---- the header ---- */

static void write_sources(FILE *stream, const page_source *source)
{
    const struct {
        const char *word, *name;
    } sources[] = {{"log", source->log_path}, {"model", source->model_path}, {"data", source->data_name}};
    const char *between = "";
    fputs("<p class=\"sources\">", stream);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        if (sources[i].name != NULL) {
            fprintf(stream, "%s%s ", between, sources[i].word);
            html_text(stream, sources[i].name);
            between = " · ";
        }
    }
    fputs("</p>\n", stream);
}

void page_head(FILE *stream, const page_source *source)
{
    const char *description = source->network != NULL ? gml_network_description(source->network)
                              : source->run != NULL   ? member_text(source->run->config, "description")
                                                      : NULL;
    write_document_head(stream, source);
    fputs("<header>\n<p class=\"brand\">gemmule report</p>\n<h1>", stream);
    html_text(stream, subject_of(source));
    fputs("</h1>\n", stream);
    if (description != NULL) {
        fputs("<p class=\"lead\">", stream);
        html_text(stream, description);
        fputs("</p>\n", stream);
    }
    write_sources(stream, source);
    write_tiles(stream, source);
    fputs("</header>\n", stream);
}

void page_foot(FILE *stream)
{
    fprintf(stream,
            "<footer>Made by gemmule %s. This file is complete: it needs no network and no other file.</footer>\n"
            "<script>%s</script>\n</body>\n</html>\n",
            gml_version(), page_script);
}
