"""Writes the styles and the script of the report page as a C file: embed.py PAGE.css PAGE.js OUTPUT.c

The file has the texts, and their hashes as a Content-Security-Policy names them.
"""
import base64
import hashlib
import sys

ESCAPES = {'\\': '\\\\', '"': '\\"', '\n': '\\n'}


def literal(name, text):
    lines = text.splitlines(keepends=True)
    body = '\n'.join('    "%s"' % ''.join(ESCAPES.get(c, c) for c in line) for line in lines)
    return 'const char %s[] =\n%s;\n' % (name, body)


def policy_hash(text):
    return 'sha256-' + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def main(style_path, script_path, output):
    made = ['/* Made from page.css and page.js by embed.py. */\n#include "cli/page/embedded.h"\n']
    for name, path in ('page_style', style_path), ('page_script', script_path):
        with open(path, encoding='ascii', newline='\n') as file:
            text = file.read()
        made += [literal(name, text), literal(name + '_hash', policy_hash(text))]
    with open(output, 'w', encoding='ascii') as file:
        file.write('\n'.join(made))


main(*sys.argv[1:])
