/* cli/page/embedded.h - the styles and the script of a page: page.css and page.js, which embed.py makes into C. */
#ifndef GML_CLI_PAGE_EMBEDDED_H
#define GML_CLI_PAGE_EMBEDDED_H

/* The contents of the elements <style> and <script>, byte by byte, because their hashes allow them. */
extern const char page_style[], page_script[];

/* "sha256-...", for the Content-Security-Policy. */
extern const char page_style_hash[], page_script_hash[];

#endif
