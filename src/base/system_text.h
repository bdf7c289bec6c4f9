/* base/system_text.h - the text of an errno value. */
#ifndef GML_BASE_SYSTEM_TEXT_H
#define GML_BASE_SYSTEM_TEXT_H

/* Returns the text of an errno value: "No space left on device" for ENOSPC. Never null; in English if the C library has
 * a function without locale. */
const char *gml_system_text(int error);

#endif
