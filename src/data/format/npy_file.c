/* data/format/npy_file.c - reading one NPY array:
 *
 *     93 "NUMPY" | version, 2 bytes | length of the header, 2 bytes (version 1) or 4, least significant first |
 *     {'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), } | the numbers */
#include "data/format/npy_file.h"

#include <stdio.h>
#include <string.h>

#include "data/field.h"

enum {
    MAGIC_SIZE = 6,
    MAX_HEADER = 1 << 16, /* bytes; numpy's own have some hundred */
    MAX_TYPE = 64         /* characters of a type */
};

/* The header as text, and how far it was read. */
typedef struct header {
    const gml_bytes *bytes;
    const char *at, *end;
    char type[MAX_TYPE];
    bool has_type, has_order, has_shape;
    size_t rank; /* may exceed GML_ARRAY_RANK */
} header;

bool gml_npy_recognizes(const uint8_t *bytes, size_t size)
{
    return size >= MAGIC_SIZE && memcmp(bytes, "\x93NUMPY", MAGIC_SIZE) == 0;
}

/* ---- the text of the header ---- */

static void skip_blanks(header *h)
{
    while (h->at < h->end && (*h->at == ' ' || *h->at == '\n' || *h->at == '\t')) {
        h->at++;
    }
}

/* Moves past a mark if it is the next character that is no blank. */
static bool take(header *h, char mark)
{
    skip_blanks(h);
    bool there = h->at < h->end && *h->at == mark;
    h->at += there;
    return there;
}

static bool take_word(header *h, const char *word)
{
    const size_t length = strlen(word);
    skip_blanks(h);
    bool there = (size_t)(h->end - h->at) >= length && memcmp(h->at, word, length) == 0;
    h->at += there ? length : 0;
    return there;
}

/* Takes a text in single or double quotes; false if there is none or it is too long. */
static bool take_text(header *h, char text[MAX_TYPE])
{
    skip_blanks(h);
    if (h->at == h->end || (*h->at != '\'' && *h->at != '"')) {
        return false;
    }
    const char *first = h->at + 1, *last = memchr(first, *h->at, (size_t)(h->end - first));
    if (last == NULL || last - first >= MAX_TYPE) {
        return false;
    }
    snprintf(text, MAX_TYPE, "%.*s", (int)(last - first), first);
    h->at = last + 1;
    return true;
}

static bool take_size(header *h, size_t *size)
{
    skip_blanks(h);
    const char *first = h->at;
    *size = 0;
    for (; h->at < h->end && *h->at >= '0' && *h->at <= '9'; h->at++) {
        if (__builtin_mul_overflow(*size, (size_t)10, size) ||
            __builtin_add_overflow(*size, (size_t)(*h->at - '0'), size)) {
            return false;
        }
    }
    if (h->at < h->end && *h->at == 'L') { /* Python 2 wrote 3L */
        h->at++;
    }
    return h->at > first;
}

static gml_status refuse_header(const header *h, const char *complaint)
{
    char excerpt[GML_EXCERPT_SIZE];
    gml_excerpt(h->at, (size_t)(h->end - h->at), excerpt);
    return gml_fail(h->bytes->context, GML_ERROR_DATA, "%s: the NPY header %s at %s", h->bytes->name, complaint,
                    excerpt);
}

static gml_status take_shape(header *h, gml_array *array)
{
    size_t size = 0;
    if (!take(h, '(')) {
        return refuse_header(h, "has no shape in parentheses");
    }
    for (h->rank = 0; !take(h, ')'); h->rank++) {
        if (!take_size(h, &size)) {
            return refuse_header(h, "has a dimension that is no whole number, or is too large,");
        }
        if (h->rank < GML_ARRAY_RANK) {
            array->shape[h->rank] = size;
        }
        if (!take(h, ',') && (h->at == h->end || *h->at != ')')) {
            return refuse_header(h, "has a broken shape");
        }
    }
    h->has_shape = true;
    return GML_OK;
}

static gml_status take_entry(header *h, gml_array *array)
{
    char key[MAX_TYPE];
    if (!take_text(h, key) || !take(h, ':')) {
        return refuse_header(h, "is broken");
    }
    if (strcmp(key, "shape") == 0 && !h->has_shape) {
        return take_shape(h, array);
    }
    if (strcmp(key, "fortran_order") == 0 && !h->has_order) {
        h->has_order = true;
        array->fortran = take_word(h, "True");
        return array->fortran || take_word(h, "False") ? GML_OK
                                                       : refuse_header(h, "has an order that is not True or False");
    }
    if (strcmp(key, "descr") == 0 && !h->has_type) {
        h->has_type = true;
        if (take(h, '[')) {
            return gml_fail(h->bytes->context, GML_ERROR_DATA,
                            "%s: holds records with named fields; an array of numbers of one type is expected",
                            h->bytes->name);
        }
        return take_text(h, h->type) ? GML_OK : refuse_header(h, "has a type that is no text");
    }
    return refuse_header(h, "has an unknown or a second entry before");
}

static gml_status parse(header *h, gml_array *array)
{
    if (!take(h, '{')) {
        return refuse_header(h, "does not begin with a brace");
    }
    while (!take(h, '}')) {
        gml_status status = take_entry(h, array);
        if (status != GML_OK) {
            return status;
        }
        if (!take(h, ',') && (h->at == h->end || *h->at != '}')) {
            return refuse_header(h, "is broken");
        }
    }
    skip_blanks(h);
    if (h->at < h->end) {
        return refuse_header(h, "continues after its brace");
    }
    return h->has_type && h->has_order && h->has_shape ? GML_OK
                                                       : refuse_header(h, "lacks descr, fortran_order or shape");
}

/* ---- what the header says ---- */

static gml_status refuse_type(const header *h, const char *what)
{
    char excerpt[GML_EXCERPT_SIZE];
    gml_excerpt(h->type, strlen(h->type), excerpt);
    return gml_fail(h->bytes->context, GML_ERROR_DATA,
                    "%s: holds %s (type %s); arrays of bool, i1, i2, i4, i8, u1, u2, u4, u8, f4 and f8 are read",
                    h->bytes->name, what, excerpt);
}

/* Reads a type such as "<f8", "|u1" or "=i4". */
static gml_status read_type(const header *h, gml_array *array)
{
    static const struct {
        char kind;
        const char *what;
    } others[] = {{'O', "Python objects"}, {'c', "complex numbers"}, {'U', "texts"},     {'S', "texts"},
                  {'a', "texts"},          {'M', "dates"},           {'m', "durations"}, {'V', "raw bytes"}};
    const char *type = h->type;
    const char order = strchr("<>|=", type[0]) != NULL && type[0] != '\0' ? *type++ : '=';
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (type[0] == others[i].kind) {
            return refuse_type(h, others[i].what);
        }
    }
    const bool known = strlen(type) == 2 && strchr("biuf", type[0]) != NULL && strchr("1248", type[1]) != NULL;
    const size_t size = known ? (size_t)(type[1] - '0') : 0;
    if (!known || (type[0] == 'b' && size != 1) || (type[0] == 'f' && size < 4)) {
        return refuse_type(h, "numbers of another type");
    }
    if (order == '|' && size > 1) {
        return refuse_type(h, "numbers of unknown byte order");
    }
    const bool little = order == '<' || (order != '>' && gml_machine_is_little());
    array->type = (gml_number_type){type[0], size, size > 1 && little != gml_machine_is_little()};
    return GML_OK;
}

static gml_status check_rank(const header *h, gml_array *array)
{
    if (h->rank == 0 || h->rank > GML_ARRAY_RANK) {
        return gml_fail(h->bytes->context, GML_ERROR_DATA,
                        "%s: %s; arrays of 1 to %d dimensions are read, samples first", h->bytes->name,
                        h->rank == 0 ? "is a single number, of 0 dimensions" : "has too many dimensions",
                        GML_ARRAY_RANK);
    }
    array->rank = h->rank;
    return GML_OK;
}

static gml_status read_text(gml_bytes *bytes, const char *text, size_t length, gml_array *array)
{
    header h = {.bytes = bytes, .at = text, .end = text + length};
    gml_status status = parse(&h, array);
    if (status == GML_OK) {
        status = read_type(&h, array);
    }
    return status == GML_OK ? check_rank(&h, array) : status;
}

/* Reads the magic, the version and the length of the header. */
static gml_status read_front(gml_bytes *bytes, size_t *length)
{
    uint8_t front[MAGIC_SIZE + 2], size[4] = {0};
    gml_status status = gml_bytes_read_exact(bytes, front, sizeof front, "NPY header");
    if (status != GML_OK) {
        return status;
    }
    const uint8_t version = front[MAGIC_SIZE];
    if (!gml_npy_recognizes(front, sizeof front)) {
        return gml_fail(bytes->context, GML_ERROR_DATA, "%s: does not begin as an NPY array", bytes->name);
    }
    if (version < 1 || version > 3) {
        return gml_fail(bytes->context, GML_ERROR_DATA, "%s: is NPY version %u; versions 1 to 3 are read", bytes->name,
                        version);
    }
    status = gml_bytes_read_exact(bytes, size, version == 1 ? 2 : 4, "NPY header");
    *length = (size_t)size[0] | (size_t)size[1] << 8 | (size_t)size[2] << 16 | (size_t)size[3] << 24;
    return status == GML_OK && *length > MAX_HEADER
               ? gml_fail(bytes->context, GML_ERROR_DATA, "%s: has an NPY header of %zu bytes; up to %d are read",
                          bytes->name, *length, MAX_HEADER)
               : status;
}

gml_status gml_npy_read_header(gml_bytes *bytes, gml_array *array)
{
    size_t length = 0;
    gml_pile text = {0};
    gml_status status = read_front(bytes, &length);
    if (status == GML_OK) {
        status = gml_bytes_read_pile(bytes, length, &text, "NPY header");
    }
    if (status == GML_OK) {
        status = read_text(bytes, text.data != NULL ? text.data : "", length, array);
    }
    gml_pile_clear(bytes->context, &text);
    return status;
}

gml_status gml_npy_read(gml_bytes *bytes, gml_array *array)
{
    gml_status status = gml_npy_read_header(bytes, array);
    return status == GML_OK ? gml_array_read(bytes, array) : status;
}
