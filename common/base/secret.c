/* Files that only their owner may read. */
#include "base/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

#define FILE_MAX 65536

int secret_text(const char *file, mode_t forbidden, struct buf *out, struct err *e)
{
    struct stat st;
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX) {
        const char *why = fd < 0 ? strerror(errno) : "no small file";
        if (fd >= 0)
            close(fd);
        return FAIL(e, UNAVAILABLE,
                    "missing_key: %s cannot be read (%s); xq keys makes it" ZH
                    "missing_key：无法读取 %s（%s），xq keys 可生成",
                    file, why, file, why);
    }
    if (st.st_mode & forbidden) {
        close(fd);
        return FAIL(e, FORBIDDEN,
                    "open_key: %s is open to others (mode %03o); say: chmod 600 %s" ZH
                    "open_key：%s 权限过宽（%03o），请执行 chmod 600 %s",
                    file, st.st_mode & 0777, file, file, st.st_mode & 0777, file);
    }
    char *p = buf_grow(out, (size_t)st.st_size);
    ssize_t n = read(fd, p, (size_t)st.st_size);
    close(fd);
    if (n != (ssize_t)st.st_size)
        return FAIL(e, UNAVAILABLE, "%s cannot be read" ZH "无法读取 %s", file, file);
    return 0;
}

int secret_read(const char *file, unsigned char out[32], struct err *e)
{
    AUTO_BUF hex = {0};
    if (secret_text(file, OTHERS_READ, &hex, e) < 0)
        return -1;
    hex.p[strcspn(hex.p, "\r\n")] = '\0';
    bool good = hex_decode(hex.p, out, 32);
    explicit_bzero(hex.p, hex.n);
    return good ? 0 : FAIL(e, BAD_REQUEST, "%s must hold 64 hex digits" ZH "%s 应为 64 位十六进制数字", file, file);
}
