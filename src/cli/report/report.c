/* cli/report/report.c - JSON on stdout, and numbers, sizes and names as text. */
#include "cli/report/report.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/shell/escape.h"
#include "cli/shell/exit.h"
#include "cli/shell/output.h"

json_t *json_number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_size(size_t value)
{
    return json_integer((json_int_t)value);
}

json_t *json_text(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    json_t *json = json_string(text);
    char *copy = json == NULL ? strdup(text) : NULL;
    if (copy != NULL) {
        for (char *c = copy; *c != '\0'; c++) {
            *c = (unsigned char)*c > 127 ? '?' : *c;
        }
        json = json_string(copy);
        free(copy);
    }
    return json;
}

json_t *json_members(const json_member *members, size_t count)
{
    json_t *object = json_object();
    int failures = 0;
    for (size_t i = 0; i < count; i++) {
        failures += json_object_set_new(object, members[i].name, members[i].value) != 0;
    }
    if (failures > 0) {
        json_decref(object);
        return NULL;
    }
    return object;
}

int print_json(json_t *object)
{
    char *text = object != NULL ? json_dumps(object, JSON_REAL_PRECISION(12)) : NULL;
    json_decref(object);
    if (text == NULL) {
        return complain(EXIT_MEMORY, "not enough memory for the report");
    }
    puts(text);
    flush_output(); /* notes why, if writing has failed */
    free(text);
    return 0;
}

double unsigned_nan(double value)
{
    return isnan(value) ? fabs(value) : value;
}

size_t hidden_layers(const gml_network *network)
{
    const size_t layers = gml_network_layers(network);
    gml_layer_view last;
    const bool averages =
        layers > 1 && gml_network_layer(network, layers - 1, &last) == GML_OK && strcmp(last.kind, "average") == 0;
    return layers == 0 ? 0 : layers - (averages ? 2 : 1);
}

const char *plural(size_t count)
{
    return count == 1 ? "" : "s";
}

void print_metrics(FILE *stream, const gml_metrics *metrics)
{
    if (!isnan(metrics->accuracy)) {
        fprintf(stream, "accuracy %.4f, ", metrics->accuracy);
    }
    if (!isnan(metrics->rmse)) {
        fprintf(stream, "RMSE %.6g, ", unsigned_nan(metrics->rmse));
        if (isnan(metrics->r2)) {
            fputs("R2 not defined for equal targets, ", stream);
        } else {
            fprintf(stream, metrics->r2 < -1e4 ? "R2 %.6g, " : "R2 %.4f, ", metrics->r2);
        }
    }
    fprintf(stream, "loss %.6g", unsigned_nan(metrics->loss));
}

const char *size_text(double bytes, char text[16])
{
    static const char *const units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
    size_t unit = 0;
    while (bytes >= 1000 && unit + 1 < sizeof units / sizeof units[0]) {
        bytes /= 1000;
        unit++;
    }
    snprintf(text, 16, unit == 0 || bytes >= 100 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
    return text;
}

void print_shell_argument(FILE *stream, const char *word)
{
    static const char *const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+,:@%=";
    if (word[0] != '\0' && strspn(word, plain) == strlen(word)) {
        fputs(word, stream);
        return;
    }
    /* In $'...' a shell reads escapes. */
    const bool escapes = needs_escape(word);
    fputs(escapes ? "$'" : "'", stream);
    for (; *word != '\0'; word++) {
        const unsigned char byte = (unsigned char)*word;
        if (escapes && (byte < 0x20 || byte >= 0x7f || byte == '\'' || byte == '\\')) {
            fprintf(stream, "\\%03o", byte);
        } else {
            fputs(byte == '\'' ? "'\\''" : (char[]){*word, '\0'}, stream);
        }
    }
    fputc('\'', stream);
}

void print_shell_word(FILE *stream, const char *word)
{
    fputs(word[0] == '-' ? "./" : "", stream); /* a file, not a flag */
    print_shell_argument(stream, word);
}
