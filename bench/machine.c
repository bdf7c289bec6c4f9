/* bench/machine.c - processor and caches as Linux describes them, and the library's build. */
#include "machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gemmule/gemmule.h"
#include "setup.h"
#include "team.h"

enum { TEXT = 128, MOST_CACHES = 8 };

/* ---- processor ---- */

/* Copies the value of the first line of /proc/cpuinfo that starts with `key`; false if there is none. */
static bool find_fact(const char *key, char value[TEXT])
{
    char line[256];
    bool found = false;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        size_t length = strlen(key);
        found = colon != NULL && strncmp(line, key, length) == 0 && line[length] == '\t';
        if (found) {
            snprintf(value, TEXT, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

static int find_number(const char *key)
{
    char value[TEXT];
    return find_fact(key, value) ? atoi(value) : 0;
}

/* ---- caches ---- */

/* Reads a file of the folder that describes a cache; false if there is none. */
static bool read_cache(int processor, int index, const char *name, char value[TEXT])
{
    char path[TEXT];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu%d/cache/index%d/%s", processor, index, name);
    FILE *file = fopen(path, "r");
    bool found = file != NULL && fgets(value, TEXT, file) != NULL;
    if (file != NULL) {
        fclose(file);
    }
    value[found ? strcspn(value, "\n") : 0] = '\0';
    return found;
}

/* True if `processor` is in a list such as "0-3,8". */
static bool lists(const char *list, int processor)
{
    for (const char *at = list; *at != '\0'; at += *at == ',') {
        char *end;
        long first = strtol(at, &end, 10), last = first;
        if (*end == '-') {
            last = strtol(end + 1, &end, 10);
        }
        if (end == at) {
            return false;
        }
        if (first <= processor && processor <= last) {
            return true;
        }
        at = end;
    }
    return false;
}

int bench_shared_cache(int processor, int other)
{
    int nearest = 0;
    char list[TEXT], level[TEXT], type[TEXT];
    for (int i = 0; i < MOST_CACHES && read_cache(processor, i, "shared_cpu_list", list); i++) {
        if (read_cache(processor, i, "level", level) && read_cache(processor, i, "type", type) &&
            strcmp(type, "Instruction") != 0 && lists(list, other) && (nearest == 0 || atoi(level) < nearest)) {
            nearest = atoi(level);
        }
    }
    return nearest;
}

/* The data caches of the first processor. Sizes are in KiB, as Linux writes them. */
static json_t *describe_caches(void)
{
    json_t *caches = json_array();
    char level[TEXT], type[TEXT], size[TEXT], ways[TEXT];
    for (int i = 0; i < MOST_CACHES && read_cache(0, i, "level", level); i++) {
        if (read_cache(0, i, "type", type) && read_cache(0, i, "size", size) &&
            read_cache(0, i, "ways_of_associativity", ways) && strcmp(type, "Instruction") != 0) {
            json_array_append_new(
                caches, json_pack("{s:i, s:i, s:i}", "level", atoi(level), "kib", atoi(size), "ways", atoi(ways)));
        }
    }
    return caches;
}

/* ---- all ---- */

json_t *bench_machine(void)
{
    char processor[TEXT], date[32];
    if (!find_fact("model name", processor)) {
        snprintf(processor, sizeof processor, "unknown processor");
    }
    time_t seconds = time(NULL);
    struct tm calendar;
    strftime(date, sizeof date, "%Y-%m-%d", gmtime_r(&seconds, &calendar));
    json_t *features = json_array();
    for (size_t i = 0; gml_build_feature(i) != NULL; i++) {
        json_array_append_new(features, json_string(gml_build_feature(i)));
    }
    return json_pack("{s:s, s:i, s:i, s:i, s:o, s:s, s:s, s:s, s:o}", "processor", processor, "family",
                     find_number("cpu family"), "model", find_number("model"), "processors", (int)bench_processors(),
                     "caches", describe_caches(), "kernels", bench_isa(), "compiler", BENCH_COMPILER, "date", date,
                     "build", features);
}
