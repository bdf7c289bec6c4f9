/* base/system_text.h - the operating system's words for an error. */
#ifndef GML_BASE_SYSTEM_TEXT_H
#define GML_BASE_SYSTEM_TEXT_H

/* "No space left on device" for ENOSPC; never null, in English where the C library can say it without a locale. */
const char *gml_system_text(int error);

#endif
