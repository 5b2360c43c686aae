/* F4: the configuration file. A bad one ends the program with a message; here `die` comes back instead (--wrap). */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/config.h"
#include "base/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);
_Noreturn void __wrap_die(const char *fmt, ...);

static jmp_buf back;
_Noreturn void __wrap_die(const char *fmt, ...)
{
    (void)fmt;
    longjmp(back, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    static const struct option own[] = {{"port", OPT_INT, 1, 65535, 8080, NULL, false, "a port"},
                                        {"rates", OPT_LIST, 0, 0, 0, NULL, false, "lines"},
                                        OPTIONS_END};
    static char file[64];
    static int fd = -1;
    if (fd < 0) {
        fd = memfd_create("conf", 0);
        snprintf(file, sizeof file, "/proc/self/fd/%d", fd);
    }
    if (fd < 0 || ftruncate(fd, 0) < 0 || pwrite(fd, bytes, n, 0) != (ssize_t)n)
        return 0;
    if (setjmp(back) == 0) {
        struct config *c = config_read(file, "gateway", config_common, own);
        AUTO_BUF out = {0};
        config_print(c, &out);
        config_free(c);
    }
    return 0;
}
