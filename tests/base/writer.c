/* tests/base/writer.c - what a save does to the file that it replaces: permissions, links, names, and the temporary
 * files of saves that were killed. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/system_text.h"
#include "base/writer.h"
#include "files.h"

static gml_status write_text(const char *path, const char *text)
{
    gml_writer *writer = NULL;
    gml_status status = gml_writer_open(context, path, &writer);
    if (status != GML_OK) {
        return status;
    }
    status = gml_writer_write(writer, text, strlen(text));
    if (status != GML_OK) {
        gml_writer_abandon(writer);
        return status;
    }
    return gml_writer_commit(writer);
}

static mode_t mode_of(const char *path)
{
    struct stat found;
    ck_assert_int_eq(lstat(path, &found), 0);
    return found.st_mode & 07777;
}

static bool is_link(const char *path)
{
    struct stat found;
    ck_assert_int_eq(lstat(path, &found), 0);
    return S_ISLNK(found.st_mode);
}

/* ---- permissions ---- */

TEST(a_file_keeps_its_permissions_and_a_new_one_gets_those_of_umask)
{
    static const mode_t modes[] = {0600, 0640, 0644, 0666, 0755, 0444, 0400};
    const char *path = put_text("model", "old");
    umask(027);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        ck_assert_int_eq(chmod(path, modes[i]), 0);
        assert_ok(context, write_text(path, "new"));
        ck_assert_int_eq(mode_of(path), modes[i]);
    }
    assert_ok(context, write_text(in_folder("other"), "new"));
    ck_assert_int_eq(mode_of(in_folder("other")), 0640);
}

/* Only the superuser may give files away. */
TEST(a_file_keeps_its_owner_and_group_where_this_process_may_set_them)
{
    const char *path = put_text("model", "old");
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(path, 12345, 54321), 0);
        ck_assert_int_eq(chmod(path, 0640), 0);
        assert_ok(context, write_text(path, "new"));
        struct stat found;
        ck_assert_int_eq(stat(path, &found), 0);
        ck_assert_uint_eq(found.st_uid, 12345);
        ck_assert_uint_eq(found.st_gid, 54321);
        ck_assert_int_eq(found.st_mode & 07777, 0640);
    }
}

/* Members of a group that this process may not set get no more than all others. */
TEST(a_group_that_may_not_be_set_gives_its_permissions_to_no_other)
{
    const char *path = put_text("model", "old");
    if (geteuid() == 0 && setgroups(0, NULL) == 0 && setegid(123) == 0) {
        ck_assert_int_eq(chmod(in_folder("."), 0777), 0);
        ck_assert_int_eq(chown(path, 12345, 54321), 0);
        ck_assert_int_eq(chmod(path, 0664), 0);
        ck_assert_int_eq(seteuid(12345), 0);
        gml_status status = write_text(path, "new");
        ck_assert_int_eq(seteuid(0), 0);
        ck_assert_int_eq(setegid(0), 0);
        assert_ok(context, status);
        struct stat found;
        ck_assert_int_eq(stat(path, &found), 0);
        ck_assert_uint_eq(found.st_uid, 12345);
        ck_assert_uint_eq(found.st_gid, 123);
        ck_assert_int_eq(found.st_mode & 07777, 0644);
    }
}

/* Looks at the modes of all files before any permissions are copied. */
static int look_at_modes(void *user, void *file, const char *path)
{
    for (size_t i = 0; i < count_files(); i++) {
        ck_assert_int_eq(mode_of(in_folder(file_name(i))), 0600);
    }
    return gml_default_file_system().copy_permissions(user, file, path);
}

TEST(a_private_file_is_private_from_the_start)
{
    const char *path = put_text("model", "old");
    ck_assert_int_eq(chmod(path, 0600), 0);
    umask(0);
    gml_context *usual = context;
    gml_context_options options = {.files = gml_default_file_system()};
    options.files.copy_permissions = look_at_modes;
    context = context_with(options);
    assert_ok(context, write_text(path, "new"));
    gml_context_destroy(context);
    context = usual;
}

/* While a private file is written, nobody else may read the temporary file. */
TEST(a_private_file_is_private_while_it_is_written)
{
    const char *path = put_text("model", "old");
    ck_assert_int_eq(chmod(path, 0600), 0);
    gml_writer *writer = NULL;
    assert_ok(context, gml_writer_open(context, path, &writer));
    for (size_t i = 0; i < count_files(); i++) {
        ck_assert_int_eq(mode_of(in_folder(file_name(i))), 0600);
    }
    gml_writer_abandon(writer);
}

TEST(permissions_that_cannot_be_kept_are_an_error_that_leaves_nothing)
{
    const char *path = put_text("model", "old");
    f.permissions_failure = EIO;
    assert_refused(context, write_text(path, "new"), GML_ERROR_CREATE, path, gml_system_text(EIO), NULL);
    assert_file_holds(path, "old");
    ck_assert_uint_eq(count_files(), 1);
}

/* ---- links and names ---- */

TEST(a_save_through_links_replaces_their_target_and_leaves_the_links)
{
    ck_assert_int_eq(mkdir(in_folder("deep"), 0755), 0);
    char target[512];
    strcpy(target, put_text("deep/model", "old"));
    ck_assert_int_eq(symlink("deep/model", in_folder("relative")), 0);
    ck_assert_int_eq(symlink(target, in_folder("absolute")), 0);
    ck_assert_int_eq(symlink("relative", in_folder("second")), 0);
    static const char *const links[] = {"relative", "absolute", "second"};
    for (size_t i = 0; i < 3; i++) {
        assert_ok(context, write_text(in_folder(links[i]), links[i]));
        ck_assert(is_link(in_folder(links[i])));
        ck_assert(!is_link(target));
        assert_file_holds(target, links[i]);
    }
    ck_assert_uint_eq(count_files(), 4);
    ck_assert_int_eq(unlink(target), 0);
}

TEST(a_link_to_nothing_gets_a_target_and_a_ring_of_links_is_refused)
{
    ck_assert_int_eq(symlink("model", in_folder("dangling")), 0);
    assert_ok(context, write_text(in_folder("dangling"), "new"));
    ck_assert(is_link(in_folder("dangling")));
    assert_file_holds(in_folder("model"), "new");
    ck_assert_int_eq(symlink("none/model", in_folder("lost")), 0);
    assert_refused(context, write_text(in_folder("lost"), "new"), GML_ERROR_CREATE, "lost", "No such file", NULL);
    ck_assert_int_eq(symlink("ring2", in_folder("ring1")), 0);
    ck_assert_int_eq(symlink("ring1", in_folder("ring2")), 0);
    assert_refused(context, write_text(in_folder("ring1"), "new"), GML_ERROR_CREATE, "ring1", gml_system_text(ELOOP),
                   NULL);
    ck_assert_uint_eq(count_files(), 5);
}

TEST(a_hard_link_keeps_the_old_file)
{
    const char *path = put_text("model", "old");
    ck_assert_int_eq(link(path, in_folder("copy")), 0);
    assert_ok(context, write_text(path, "new"));
    assert_file_holds(in_folder("copy"), "old");
    assert_file_holds(path, "new");
}

TEST(the_longest_name_that_a_file_can_have_can_be_saved)
{
    char name[NAME_MAX + 2] = "";
    memset(name, 'n', NAME_MAX);
    for (int i = 0; i < 2; i++) {
        assert_ok(context, write_text(in_folder(name), i == 0 ? "new" : "newer"));
        assert_file_holds(in_folder(name), i == 0 ? "new" : "newer");
        ck_assert_uint_eq(count_files(), 1);
    }
    name[NAME_MAX] = 'n';
    gml_status status = write_text(in_folder(name), "new");
    ck_assert(status == GML_ERROR_CREATE || status == GML_ERROR_WRITE);
    ck_assert_uint_eq(count_files(), 1);
}

/* ---- what killed saves leave ---- */

/* A process that ends in the middle of a save. */
static void leave_a_temporary_file(const char *path)
{
    pid_t child = fork();
    if (child == 0) {
        gml_writer *writer = NULL;
        gml_status status = gml_writer_open(context, path, &writer);
        _exit(status == GML_OK && gml_writer_write(writer, "half", 4) == GML_OK ? 7 : 1);
    }
    int state = 0;
    ck_assert_int_eq(waitpid(child, &state, 0), child);
    ck_assert(WIFEXITED(state) && WEXITSTATUS(state) == 7);
}

TEST(the_next_save_to_the_name_removes_what_a_killed_one_left)
{
    const char *path = put_text("model", "old");
    for (int i = 0; i < 3; i++) {
        leave_a_temporary_file(path);
        ck_assert_uint_eq(count_files(), 2);
    }
    leave_a_temporary_file(in_folder("other"));
    ck_assert_uint_eq(count_files(), 3);
    assert_ok(context, write_text(path, "new"));
    assert_file_holds(path, "new");
    ck_assert_uint_eq(count_files(), 2);
    assert_ok(context, write_text(in_folder("other"), "new"));
    ck_assert_uint_eq(count_files(), 2);
}

TEST(a_file_that_is_being_written_is_nobodys_leftover)
{
    enum { WRITERS = 5 };
    static const char *const texts[WRITERS] = {"first", "second", "third", "fourth", "fifth"};
    const char *path = put_text("model", "old");
    gml_writer *writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        assert_ok(context, gml_writer_open(context, path, &writers[i]));
        assert_ok(context, gml_writer_write(writers[i], texts[i], strlen(texts[i])));
        ck_assert_uint_eq(count_files(), (size_t)i + 2);
    }
    leave_a_temporary_file(path);
    gml_writer_abandon(writers[0]);
    ck_assert_uint_eq(count_files(), WRITERS + 1);
    for (int i = WRITERS - 1; i > 0; i--) {
        assert_ok(context, gml_writer_commit(writers[i]));
        assert_file_holds(path, texts[i]);
    }
    ck_assert_uint_eq(count_files(), 2); /* the one of the killed process: no save began since */
    assert_ok(context, write_text(path, "new"));
    ck_assert_uint_eq(count_files(), 1);
}

TEST(without_locks_files_are_written_and_nothing_is_taken_for_left_over)
{
    const char *path = put_text("model", "old");
    leave_a_temporary_file(path);
    f.lock_failure = ENOLCK;
    assert_ok(context, write_text(path, "new"));
    assert_file_holds(path, "new");
    ck_assert_uint_eq(count_files(), 2);
    for (int i = 1; i < 64; i++) {
        leave_a_temporary_file(path);
    }
    assert_refused(context, write_text(path, "newer"), GML_ERROR_CREATE, path, "64 temporary files", "-63.tmp", NULL);
    assert_file_holds(path, "new");
    f.lock_failure = 0;
    assert_ok(context, write_text(path, "newer"));
    ck_assert_uint_eq(count_files(), 1);
}

/* A file without its lock would be a leftover to all other saves. */
TEST(a_lock_that_lacks_a_descriptor_is_an_error_that_leaves_nothing)
{
    static const int failures[] = {EMFILE, ENFILE};
    const char *path = put_text("model", "old");
    for (size_t i = 0; i < 2; i++) {
        f.lock_failure = failures[i];
        f.lock_failures = 1;
        assert_refused(context, write_text(path, "new"), GML_ERROR_CREATE, path, gml_system_text(failures[i]), NULL);
        assert_file_holds(path, "old");
        ck_assert_uint_eq(count_files(), 1);
    }
    assert_ok(context, write_text(path, "new"));
    assert_file_holds(path, "new");
}

/* Between the two calls of the process that makes a file, another one may take it for a leftover. */
TEST(a_writer_whose_file_is_taken_for_a_leftover_takes_another)
{
    static const int answers[] = {EWOULDBLOCK, ENOENT};
    for (size_t i = 0; i < 2; i++) {
        f.lock_failure = answers[i];
        f.lock_failures = 1;
        assert_ok(context, write_text(in_folder("model"), "new"));
        assert_file_holds(in_folder("model"), "new");
        ck_assert_uint_eq(f.lock_failures, 0);
        ck_assert_uint_eq(count_files(), 2);
        f.lock_failure = 0;
        assert_ok(context, write_text(in_folder("model"), "newer"));
        ck_assert_uint_eq(count_files(), 1);
        ck_assert_int_eq(unlink(in_folder("model")), 0);
    }
}

TEST(a_host_may_leave_out_the_functions_that_may_be_null)
{
    const char *target = put_text("model", "old");
    ck_assert_int_eq(chmod(target, 0600), 0);
    ck_assert_int_eq(symlink("model", in_folder("link")), 0);
    leave_a_temporary_file(in_folder("link"));
    gml_context *usual = context;
    gml_context_options options = {.files = gml_default_file_system()};
    options.files.resolve = NULL;
    options.files.copy_permissions = NULL;
    options.files.lock = NULL;
    options.files.unlock = NULL;
    umask(022);
    context = context_with(options);
    assert_ok(context, write_text(in_folder("link"), "new"));
    ck_assert(!is_link(in_folder("link")));
    ck_assert_int_eq(mode_of(in_folder("link")), 0644);
    assert_file_holds(target, "old");
    ck_assert_uint_eq(count_files(), 3);
    gml_context_destroy(context);
    context = usual;
}

int main(void)
{
    return run_file_tests("writer", 60);
}
