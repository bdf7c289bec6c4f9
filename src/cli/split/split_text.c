/* cli/split/split_text.c - the rows of a text file, byte for byte: of a CSV, or of LIBSVM text. */
#include <stdlib.h>
#include <string.h>

#include "cli/shell/exit.h"
#include "cli/shell/interrupt.h"
#include "cli/split/split.h"

enum { PIECE = 1 << 16, BREAK_ROWS = 4096 /* rows between two looks for an interrupt */ };

/* A text file that is read in pieces. */
typedef struct text_reader {
    FILE *data;
    const split_text *form;
    unsigned char piece[PIECE];
    size_t at, end;
    char *row; /* [size] the current row with its line end */
    size_t size, capacity;
} text_reader;

static int next_byte(text_reader *reader)
{
    if (reader->at == reader->end) {
        reader->end = fread(reader->piece, 1, PIECE, reader->data);
        reader->at = 0;
    }
    return reader->at < reader->end ? reader->piece[reader->at++] : EOF;
}

static bool push(text_reader *reader, int byte)
{
    if (reader->size == reader->capacity) {
        const size_t capacity = reader->capacity > 0 ? 2 * reader->capacity : 4096;
        char *grown = realloc(reader->row, capacity);
        if (grown == NULL) {
            return false;
        }
        reader->row = grown;
        reader->capacity = capacity;
    }
    reader->row[reader->size++] = (char)byte;
    return true;
}

/* Reads one line with its end, LF, CR LF or CR; line ends between quotes belong to it. False without memory. */
static bool read_line(text_reader *reader)
{
    bool quoted = false;
    int byte;
    reader->size = 0;
    while ((byte = next_byte(reader)) != EOF) {
        if (!push(reader, byte)) {
            return false;
        }
        quoted = quoted != (byte == '"' && reader->form->quotes);
        if (quoted || (byte != '\n' && byte != '\r')) {
            continue;
        }
        if (byte == '\r' && (byte = next_byte(reader)) != '\n' && byte != EOF) {
            reader->at--;
        } else if (byte == '\n' && reader->row[reader->size - 1] == '\r' && !push(reader, byte)) {
            return false;
        }
        break;
    }
    return true;
}

/* True if a line is a row: it has more than blanks, and is no comment. */
static bool is_row(const text_reader *reader)
{
    static const char mark[] = "\xef\xbb\xbf";
    size_t at = reader->size >= 3 && memcmp(reader->row, mark, 3) == 0 ? 3 : 0;
    while (at < reader->size && strchr(" \t\r\n\f\v", reader->row[at]) != NULL && reader->row[at] != '\0') {
        at++;
    }
    return at < reader->size && (reader->form->comment == '\0' || reader->row[at] != reader->form->comment);
}

/* Moves to the next row; false at the end, or without memory. */
static bool next_row(text_reader *reader, bool *memory)
{
    do {
        *memory = read_line(reader);
    } while (*memory && reader->size > 0 && !is_row(reader));
    return *memory && reader->size > 0;
}

/* Writes a row to its part, those before the samples to each. */
static bool write_row(split_run *run, const text_reader *reader, size_t row)
{
    const size_t samples = gml_dataset_size(run->dataset);
    if (row < run->heads) {
        for (size_t i = 0; i < run->part_count; i++) {
            fwrite(reader->row, 1, reader->size, run->parts[i].file);
        }
        return true;
    }
    const size_t sample = row - run->heads;
    if (sample < samples) {
        fwrite(reader->row, 1, reader->size, run->parts[run->part_of[sample]].file);
    }
    return sample < samples;
}

int split_text_rows(split_run *run, FILE *data, const split_text *form, bool count, size_t *rows)
{
    text_reader *reader = calloc(1, sizeof *reader);
    bool memory = reader != NULL;
    int code = 0;
    *rows = 0;
    if (memory) {
        reader->data = data;
        reader->form = form;
    }
    while (code == 0 && memory && next_row(reader, &memory)) {
        if (!count && !write_row(run, reader, *rows)) {
            code = complain(EXIT_DATA, "%s: has changed since it was read", run->data);
        }
        if (++*rows % BREAK_ROWS == 0 && interrupt() != 0) {
            code = EXIT_SIGNAL + interrupt();
        }
    }
    if (code == 0 && !memory) {
        code = complain(EXIT_MEMORY, "not enough memory for a row of %s", run->data);
    }
    if (code == 0 && ferror(data)) {
        code = complain(EXIT_IO, "%s: reading failed", run->data);
    }
    if (reader != NULL) {
        free(reader->row);
    }
    free(reader);
    return code;
}
