"""Tells errors of this machine from faults of a file.

A full disk or a lack of permission says nothing about the file that was being read, so it is
named as what it is, and the file is read again by the next run.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping

from engine.errors import ReadError

_REASONS: Mapping[int | None, str] = {
    errno.ENOENT: "文件不存在（可能刚被移走，或是失效的链接）",
    errno.ENOSPC: "磁盘（多半是临时文件夹所在的盘）满了；请腾出空间后再运行",
    errno.EDQUOT: "用尽了磁盘配额；请腾出空间后再运行",
    errno.EMFILE: "打开的文件太多；请调大 ulimit -n 后再运行",
    errno.ENFILE: "系统打开的文件太多；请稍后再运行",
    errno.ENOMEM: "内存不够；请稍后再运行",
    errno.EACCES: "没有读取权限；请检查文件的权限",
    errno.EPERM: "没有读取权限；请检查文件的权限",
    errno.EROFS: "临时文件夹写不进去；请用环境变量 TMPDIR 指定一个可写的文件夹",
    errno.EIO: "磁盘读写出错；请检查磁盘后再运行",
    errno.ESTALE: "网络磁盘断开了；请重新接好后再运行",
    errno.ENOTCONN: "网络磁盘断开了；请重新接好后再运行",
    errno.ETIMEDOUT: "网络磁盘没有应答；请稍后再运行",
}


# Errors that say more of a path than of the machine.
_OF_PLACES = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EROFS)


class Obstacle(ReadError):
    """A file cannot be read just now; what was indexed of it stays."""


def obstacle(source: str, error: BaseException) -> Obstacle | None:
    """The message for an error that this machine caused, None for any other."""
    cause: BaseException | None = error
    while cause:
        number = cause.errno if isinstance(cause, OSError) else None
        if isinstance(cause, MemoryError):
            number = errno.ENOMEM
        if number in _REASONS:
            found = Obstacle(source, _REASONS[number])
            found.__cause__ = error
            return found
        cause = cause.__cause__
    return None


def system_message(error: MemoryError | OSError) -> str:
    """What the system refused, where, and what to do if this machine is short of something."""
    place = str(error.filename or "") if isinstance(error, OSError) else ""
    number = error.errno or 0 if isinstance(error, OSError) else errno.ENOMEM
    if number not in _OF_PLACES and (found := obstacle(place, error)):
        return found.reason if not place else str(found)
    return f"{place}：{os.strerror(number)}"
