/* tests/support/tensor_file.h - safetensors files of expected figures. What cannot be read fails the test. */
#ifndef GML_TESTS_TENSOR_FILE_H
#define GML_TESTS_TENSOR_FILE_H

#include <stddef.h>

typedef struct tensor_file tensor_file;

/* Opens a file below the folder `tests` of the source; read whole. */
tensor_file *open_tensor_file(const char *folder, const char *name);
void close_tensor_file(tensor_file *file);

/* Where the values of a tensor begin; its shape has `rank` sizes. The memory is the file's. */
const void *tensor_values(const tensor_file *file, const char *name, size_t rank, size_t *shape);

/* The same of a tensor that may be missing: null if it is. */
const void *tensor_values_if_any(const tensor_file *file, const char *name, size_t rank, size_t *shape);

/* The type of its entries, as the file names it: "F64". */
const char *tensor_dtype(const tensor_file *file, const char *name);

/* A text of the metadata; one that may be missing, null if it is; one that is a number. */
const char *tensor_text(const tensor_file *file, const char *name);
const char *tensor_text_if_any(const tensor_file *file, const char *name);
double tensor_number(const tensor_file *file, const char *name);

#endif
