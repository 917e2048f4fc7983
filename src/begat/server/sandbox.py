"""Walls around a process that runs the queries of others: memory, files, network.

A worker puts them up itself before it opens the store, so that no thread is older than they are. They can't
be taken down again. Where the system has no such wall, `confine` says so by leaving it out of its answer.

References
----------
seccomp(2), landlock(7), setrlimit(2); numbers of system calls: Linux, ``arch/x86/entry/syscalls``.
"""

import ctypes
import os
import resource
import struct
import sys

__all__ = ["FILES", "MEMORY", "NETWORK", "allow_cpu", "confine"]

MEMORY, NETWORK, FILES = 1, 2, 4
"""Walls that stand: no more memory than allowed, no network, no file but the store's."""

NO_NEW_PRIVILEGES = 38
DEATH_SIGNAL = 1
SECCOMP_SET_FILTER, SYNCHRONISE_THREADS = 1, 1
SECCOMP = 317
X86_64 = 0xC000003E
X32_BIT = 0x40000000

LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 444, 445, 446
READ_FILE, READ_FOLDER = 1 << 2, 1 << 3
RIGHTS_OF_FILES = (0, 13, 14, 15, 15, 16, 16, 16)
"""How many kinds of access to files each version of Landlock knows; the first is no version."""

THREAD, FAIL, UNKNOWN, ALLOW = 0x00010000, 0x00050001, 0x00050026, 0x7FFF0000
"""CLONE_THREAD; then what a filter answers: EPERM, ENOSYS, go on."""

CLONE, TGKILL, PRLIMIT, CLONE3 = 56, 234, 302, 435
CALLS = {
    "read": 0, "write": 1, "close": 3, "stat": 4, "fstat": 5, "lstat": 6, "poll": 7, "lseek": 8, "mmap": 9,
    "mprotect": 10, "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
    "ioctl": 16, "pread64": 17, "readv": 19, "writev": 20, "access": 21, "sched_yield": 24, "mremap": 25,
    "mincore": 27, "madvise": 28, "dup": 32, "nanosleep": 35, "getpid": 39, "exit": 60, "uname": 63,
    "fcntl": 72, "flock": 73, "getcwd": 79, "readlink": 89, "gettimeofday": 96, "getrlimit": 97,
    "getrusage": 98, "sysinfo": 99, "times": 100, "getuid": 102, "getgid": 104, "geteuid": 107,
    "getegid": 108, "getppid": 110, "sigaltstack": 131, "statfs": 137, "fstatfs": 138, "getpriority": 140,
    "sched_getparam": 143, "sched_getscheduler": 145, "prctl": 157, "gettid": 186, "readahead": 187,
    "time": 201, "futex": 202, "sched_getaffinity": 204, "getdents64": 217, "set_tid_address": 218,
    "restart_syscall": 219, "fadvise64": 221, "clock_gettime": 228, "clock_getres": 229,
    "clock_nanosleep": 230, "exit_group": 231, "openat": 257, "newfstatat": 262,
    "readlinkat": 267, "faccessat": 269, "ppoll": 271, "set_robust_list": 273, "get_robust_list": 274,
    "eventfd2": 290, "preadv": 295, "getcpu": 309, "getrandom": 318, "membarrier": 324,
    "preadv2": 327, "statx": 332, "rseq": 334, "faccessat2": 439, "futex_waitv": 449,
}  # fmt: skip
"""All that Python and the engine need to read a store and answer; none makes a socket or a process."""


def confine(folder: str, memory: int) -> int:
    """Take from this process, for ever, all that answering queries does not need.

    Parameters
    ----------
    folder : str
        The only folder that may be read.
    memory : int
        Most bytes of address space.

    Returns
    -------
    int
        The walls that stand, `MEMORY`, `NETWORK` and `FILES` added up.

    Notes
    -----
    Nothing may be imported afterwards. No core file and no file is written in any case.
    """
    for kind, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        resource.setrlimit(kind, (most, most))
    walls = _limit_memory(memory)
    if sys.platform != "linux":
        return walls
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(DEATH_SIGNAL, 9, 0, 0, 0)
    if libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        return walls
    return walls | _lock_files(libc, folder) | _filter_calls(libc)


def allow_cpu(seconds: float) -> None:
    """Let this process use so many more seconds of processor time, after which the system ends it."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def _limit_memory(memory: int) -> int:
    """Limit the address space; macOS takes the limit and does not keep it."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    except (ValueError, OSError):
        return 0
    return MEMORY if sys.platform == "linux" else 0


def _lock_files(libc: ctypes.CDLL, folder: str) -> int:
    """Let files be read below `folder` and nowhere else, with Landlock; also no TCP and no signals out."""
    version = libc.syscall(LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return 0
    files = (1 << RIGHTS_OF_FILES[min(version, len(RIGHTS_OF_FILES) - 1)]) - 1
    rules = struct.pack("QQQ", files, 3 if version >= 4 else 0, 3 if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(LANDLOCK_CREATE, rules, size, 0)
    beneath = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        allowed = struct.pack("=Qi", READ_FILE | READ_FOLDER, beneath)
        failed = ruleset < 0 or libc.syscall(LANDLOCK_ADD, ruleset, 1, allowed, 0)
        return 0 if failed or libc.syscall(LANDLOCK_RESTRICT, ruleset, 0) else FILES
    finally:
        os.close(beneath)
        if ruleset >= 0:
            os.close(ruleset)


def _filter_calls(libc: ctypes.CDLL) -> int:
    """Refuse all system calls but `CALLS`, new threads, and signals and limits of this process itself."""
    if os.uname().machine != "x86_64" or sys.maxsize < 2**32:
        return 0
    code = _program()
    buffer = ctypes.create_string_buffer(code)
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    return 0 if libc.syscall(SECCOMP, SECCOMP_SET_FILTER, SYNCHRONISE_THREADS, program) else NETWORK


def _program() -> bytes:
    """Return the filter as instructions for the kernel's packet filter, 8 bytes each.

    The data it reads: number of the call at 0, architecture at 4, first argument at 16.
    """
    load, equal, above, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06

    def step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
        return struct.pack("HBBI", code, if_true, if_false, value)

    head = [step(load, 4), step(equal, X86_64, 1), step(answer, 0x80000000), step(load, 0)]
    head += [step(above, X32_BIT, 0, 1), step(answer, FAIL)]
    head += [step(equal, CLONE3, 0, 1), step(answer, UNKNOWN)]  # its flags are out of a filter's reach
    for number, test, value in ((CLONE, any_bit, THREAD), (TGKILL, equal, os.getpid()), (PRLIMIT, equal, 0)):
        head += [step(equal, number, 0, 4), step(load, 16), step(test, value, 0, 1)]
        head += [step(answer, ALLOW), step(answer, FAIL)]
    allowed = [line for number in CALLS.values() for line in (step(equal, number, 0, 1), step(answer, ALLOW))]
    return b"".join([*head, *allowed, step(answer, FAIL)])
