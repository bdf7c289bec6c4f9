/* tests/fuzz/replay.c - runs a fuzz target over kept inputs: replay_READER FILE|FOLDER...
 *
 * Each input is also run cut short at 16 places, because most damage in practice is a file that ends too early. A
 * sanitizer or a broken promise ends the program; the input's name is printed before it is run, so it is the last line.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

enum { LARGEST = 1 << 20, CUTS = 16 };

static size_t inputs;

/* Runs a copy of exactly that size, so that a sanitizer sees every access beyond its end. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + (size == 0));
    if (copy == NULL) {
        abort();
    }
    memcpy(copy, data, size);
    LLVMFuzzerTestOneInput(copy, size);
    free(copy);
    inputs++;
}

static int run_file(const char *path)
{
    static uint8_t data[LARGEST];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        return 1;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout);
    run(data, size);
    for (size_t i = 0; i < CUTS; i++) {
        run(data, size * i / CUTS);
    }
    return 0;
}

static int run_folder(const char *path)
{
    struct dirent **entries = NULL;
    int failures = 0, count = scandir(path, &entries, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char name[4096];
        snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        failures += entries[i]->d_name[0] != '.' && run_file(name) != 0;
        free(entries[i]);
    }
    free(entries);
    return failures;
}

int main(int argc, char **argv)
{
    int failures = 0;
    for (int i = 1; i < argc; i++) {
        struct stat found;
        bool folder = stat(argv[i], &found) == 0 && S_ISDIR(found.st_mode);
        failures += folder ? run_folder(argv[i]) : run_file(argv[i]);
    }
    printf("%zu inputs\n", inputs);
    return failures > 0 || inputs == 0;
}
