/* data/csv_parser.c - giving libcsv the context's memory. */
#include "data/csv_parser.h"

#include <string.h>

enum { FIELD_BLOCK = 1 << 16 }; /* by how much libcsv grows its buffer for a field */

/* libcsv hands no context to its allocator, so the buffer for a field carries it in front. The first one is made here;
 * libcsv asks to have it grown. */
typedef struct field_memory {
    gml_context *context;
    size_t size;
} field_memory;

static void *make_field_buffer(gml_context *context, size_t size)
{
    char *block = gml_allocate(context, size + GML_ALIGNMENT, 1, "the field of a CSV");
    if (block == NULL) {
        return NULL;
    }
    *(field_memory *)(void *)block = (field_memory){.context = context, .size = size};
    return block + GML_ALIGNMENT;
}

static field_memory *memory_of(void *buffer)
{
    return (field_memory *)(void *)((char *)buffer - GML_ALIGNMENT);
}

static void release_field_buffer(void *buffer)
{
    if (buffer != NULL) {
        field_memory *memory = memory_of(buffer);
        gml_release(memory->context, memory, memory->size + GML_ALIGNMENT, 1);
    }
}

static void *grow_field_buffer(void *buffer, size_t size)
{
    field_memory *memory = memory_of(buffer);
    void *grown = size <= GML_CSV_MAX_FIELD ? make_field_buffer(memory->context, size) : NULL;
    if (grown != NULL) {
        memcpy(grown, buffer, memory->size < size ? memory->size : size);
        release_field_buffer(buffer);
    }
    return grown;
}

gml_status gml_csv_parser_begin(gml_context *context, struct csv_parser *parser)
{
    if (csv_init(parser, CSV_STRICT | CSV_STRICT_FINI | CSV_REPALL_NL) != 0) {
        return gml_fail(context, GML_ERROR_MEMORY, "libcsv cannot begin");
    }
    parser->entry_buf = make_field_buffer(context, FIELD_BLOCK);
    parser->entry_size = FIELD_BLOCK;
    csv_set_blk_size(parser, FIELD_BLOCK);
    csv_set_realloc_func(parser, grow_field_buffer);
    csv_set_free_func(parser, release_field_buffer);
    return parser->entry_buf != NULL ? GML_OK : GML_ERROR_MEMORY;
}
