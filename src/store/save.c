/* store/save.c - saves a network to a model file.
 *
 * The contents are generated twice: first to compute the checksum, with 0 as its digits, then to write the file. */
#include "base/checksum.h"
#include "base/writer.h"
#include "gemmule/model.h"
#include "store/emit.h"

/* Fails for contents that gml_model_load would refuse. */
static gml_status check_numbers(const gml_source *from, const char *path)
{
    gml_context *context = from->network->context;
    uint64_t bytes = 0;
    size_t width = 0;
    gml_status status = GML_OK;
    for (size_t k = 0; status == GML_OK && k < gml_source_parts(from); k++) {
        const gml_source part = gml_source_part(from, k);
        const gml_contents contents = gml_source_contents(&part);
        gml_tensor tensor;
        width += gml_contents_width(&contents);
        for (size_t i = 0; status == GML_OK && gml_contents_tensor(&contents, i, &tensor); i++) {
            bytes += tensor.bytes;
            status = gml_tensor_check_finite(context, path, &tensor, gml_source_numbers(&part, i));
        }
    }
    return status == GML_OK ? gml_contents_check_width(context, path, width, bytes) : status;
}

static gml_status sum_up(void *user, const void *data, size_t size)
{
    uint64_t *sum = user;
    *sum = gml_checksum(*sum, data, size);
    return GML_OK;
}

static gml_status write_on(void *user, const void *data, size_t size)
{
    return gml_writer_write(user, data, size);
}

static gml_status write_model(const gml_source *from, const char *path, const gml_front *header)
{
    gml_writer *writer = NULL;
    gml_status status = gml_writer_open(from->network->context, path, &writer);
    if (status != GML_OK) {
        return status;
    }
    status = gml_source_emit(from, header, write_on, writer);
    if (status != GML_OK) {
        gml_writer_abandon(writer);
        return status;
    }
    return gml_writer_commit(writer);
}

gml_status gml_model_save(const gml_network *network, const char *path)
{
    gml_status status = gml_refuse_null(gml_network_context(network), __func__,
                                        (gml_argument[]){{"network", network}, {"path", path}, {0}});
    if (status != GML_OK) {
        return status;
    }
    const gml_source from = {.network = network};
    gml_front header = {0};
    status = check_numbers(&from, path);
    if (status == GML_OK) {
        status = gml_front_make(&from, path, &header);
    }
    if (status != GML_OK) {
        return status;
    }
    uint64_t sum = 0;
    gml_source_emit(&from, &header, sum_up, &sum);
    gml_front_set_checksum(header.bytes, sum);
    status = write_model(&from, path, &header);
    gml_release(network->context, header.bytes, header.size, 1);
    return status;
}
