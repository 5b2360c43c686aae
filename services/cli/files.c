/* Small file help: folders with parents, whole-or-nothing writes, reads. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "suite.h"

#define FILE_BYTES (1 << 20) /* nothing that xq reads whole is larger */

int folder_make(const char *path, unsigned mode, struct err *e)
{
    char part[PATH_MAX];
    if (snprintf(part, sizeof part, "%s", path) >= (int)sizeof part)
        return FAIL(e, TOO_LARGE,
                    "the path %.80s… is too long; choose a shorter folder" ZH "路径 %.80s… 过长，请换一个较短的目录",
                    path, path);
    for (char *p = part + 1;; p++) {
        if (*p != '/' && *p != '\0')
            continue;
        char end = *p;
        *p = '\0';
        if (mkdir(part, end ? 0755 : (mode_t)mode) < 0 && errno != EEXIST)
            return FAIL(e, UNAVAILABLE, "cannot make the folder %s: %s" ZH "无法创建目录 %s：%s", part, strerror(errno),
                        part, strerror(errno));
        *p = end;
        if (!end)
            return 0;
    }
}

static int write_all(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t w = write(fd, p, n);
        if (w < 0 && errno == EINTR)
            continue;
        if (w <= 0)
            return -1;
        p += w;
        n -= (size_t)w;
    }
    return fsync(fd);
}

int file_write(const char *path, unsigned mode, const void *p, size_t n, struct err *e)
{
    char fresh[PATH_MAX];
    if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return FAIL(e, TOO_LARGE, "the path %.80s… is too long" ZH "路径 %.80s… 过长", path, path);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, (mode_t)mode);
    bool good = fd >= 0 && fchmod(fd, (mode_t)mode) == 0 && write_all(fd, p, n) == 0;
    if (fd >= 0 && close(fd) < 0)
        good = false;
    if (!good || rename(fresh, path) < 0)
        return FAIL(e, UNAVAILABLE, "cannot write %s: %s" ZH "无法写入 %s：%s", path, strerror(errno), path,
                    strerror(errno));
    return 0;
}

int file_read(const char *path, struct buf *out, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return FAIL(e, NOT_FOUND, "cannot read %s: %s" ZH "无法读取 %s：%s", path, strerror(errno), path,
                    strerror(errno));
    char block[8192];
    ssize_t n = 0;
    while (out->n <= FILE_BYTES && ((n = read(fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR)))
        buf_add(out, block, n > 0 ? (size_t)n : 0);
    close(fd);
    if (n < 0 || out->n > FILE_BYTES)
        return FAIL(e, TOO_LARGE, "cannot read %s, or it is far too large" ZH "无法读取 %s，或文件过大", path, path);
    return 0;
}

bool file_there(const char *path)
{
    return access(path, F_OK) == 0;
}
