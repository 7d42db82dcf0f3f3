"""Calls compiled kernels without numba.

Numba takes half a second to load and to get its cached code ready, which is longer than all the
rest of a search. So the kernels that a search needs are compiled ahead (``ahead``), once on a
machine, into object files. LLVM loads such a file in a millisecond.

A kernel gets the address of its arguments, which are written one after the other as 64-bit
*words*: an array as the address of NumPy's object, a named tuple as its fields, a number as
itself, and a handle as the address of words that were written before.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable
from contextlib import suppress
from ctypes import CFUNCTYPE, c_int, c_void_p
from functools import cache
from hashlib import sha256
from pathlib import Path
from struct import pack, unpack
from threading import Lock
from typing import Any, Generic, NamedTuple, TypeVar, get_args, get_origin, get_type_hints

import llvmlite
import llvmlite.binding as llvm
import numpy as np

from engine.compiling import cache_folder, notify

_Value = TypeVar("_Value", bound=tuple[Any, ...])
_Write = Callable[[Any, list[int]], object]
_Function = Callable[[int, int, int], int]

ENTRY = "yinju_kernel"  # the name of the function in an object file

# The words before the arguments: what the kernel returns, and what numba notes of an error.
_HEADER_SIZE = 2
_WORD = 8  # bytes
_CHECKSUM_SIZE = 32  # bytes, before the code in a file
_LOADING = Lock()


class ArrayType(NamedTuple):
    """The type of an array, as declared in ``engine.arrays``."""

    dtype: np.dtype[Any]
    dimensions: int


class Handle(Generic[_Value]):
    """A named tuple of arrays, or of such tuples, whose words are written once.

    To write the forty arrays of a segment takes as long as a search for a rare word.
    """

    def __init__(self, value: _Value) -> None:
        self.value = value
        self.type = type(value)
        words: list[int] = []
        _writer(self.type)(value, words)
        self._words = array("q", words)
        self.address, _ = self._words.buffer_info()


@cache
def fields(type_: Any) -> list[Any]:
    """Return the types of the fields of a named tuple."""
    return list(get_type_hints(type_, include_extras=True).values())


def array_type(type_: Any) -> ArrayType | None:
    """Return the type of an array; None for any other type."""
    dtype, dimensions = getattr(type_, "__metadata__", (None, 0))
    return ArrayType(np.dtype(dtype), dimensions) if dtype else None


def type_of_handle(type_: Any) -> Any:
    """Return the named tuple of a handle's type; None for any other type."""
    return get_args(type_)[0] if get_origin(type_) is Handle else None


@cache
def _writer(type_: Any) -> _Write:
    """Return a function that appends the words of a value of this type."""
    if kind := array_type(type_):
        return _array_writer(*kind)
    if tuple_type := type_of_handle(type_):
        return _handle_writer(tuple_type)
    if type_ is float:
        return lambda value, words: words.extend(unpack("q", pack("d", value)))
    if type_ in (int, bool):
        return lambda value, words: words.append(int(value))
    writers = [_writer(field) for field in fields(type_)]

    def write(values: Any, words: list[int]) -> None:
        for writer, value in zip(writers, values, strict=True):
            writer(value, words)

    return write


def _array_writer(dtype: np.dtype[Any], dimensions: int) -> _Write:
    def write(value: Any, words: list[int]) -> None:
        if value.dtype != dtype or value.ndim != dimensions or not value.flags.c_contiguous:
            raise TypeError(f"{value.dtype}[{value.ndim}] instead of {dtype}[{dimensions}]")
        words.append(id(value))

    return write


def _handle_writer(tuple_type: Any) -> _Write:
    def write(value: Handle[Any], words: list[int]) -> None:
        if value.type is not tuple_type:
            raise TypeError(f"a handle of {value.type} instead of {tuple_type}")
        words.append(value.address)

    return write


class Kernel:
    """A compiled function that is called with values of the declared types.

    A type is an array of ``engine.arrays``, a named tuple, ``int``, ``float``, ``bool``, or a
    handle of a named tuple. Another type of value raises ``TypeError``: the kernel would read
    it as what it is not. The interpreter's lock is released while the kernel runs.
    """

    def __init__(self, module: str, name: str, *types: Any) -> None:
        self.module = module
        self.name = name
        self.types = types
        self._writers = [_writer(type_) for type_ in types]
        self._function: _Function | None = None

    def __call__(self, *values: Any) -> int:
        """Run the kernel; returns its number, if it returns one.

        Raises ``MemoryError``, which is all that can go wrong inside.
        """
        words = [0] * _HEADER_SIZE
        for write, value in zip(self._writers, values, strict=True):
            write(value, words)
        arguments = array("q", words)
        address, _ = arguments.buffer_info()
        function = self._function or self._loaded()
        if function(address, address + _WORD, address + _HEADER_SIZE * _WORD):
            raise MemoryError(self.name)
        return arguments[0]

    def _loaded(self) -> _Function:
        with _LOADING:
            self._function = self._function or _load(self)
            return self._function


# --- compiled code ----------------------------------------------------------------------------


def target_machine() -> Any:
    """Return LLVM's description of this machine."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(*_processor(), opt=3, reloc="pic", codemodel="small")


@cache
def _processor() -> tuple[str, str]:
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


@cache
def _linker() -> Any:
    return llvm.create_lljit_compiler(target_machine())


def _load(kernel: Kernel) -> _Function:
    """Load the machine code of a kernel; compile it where there is none."""
    builder = llvm.JITLibraryBuilder().add_object_img(_machine_code(kernel)).add_current_process()
    library = builder.export_symbol(ENTRY).link(_linker(), f"{kernel.name} {len(_LIBRARIES)}")
    _LIBRARIES.append(library)
    return CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p)(library[ENTRY])


_LIBRARIES: list[Any] = []  # the owners of machine code


def _machine_code(kernel: Kernel) -> bytes:
    # Each version of numba needs its own version of llvmlite, so one names both.
    machine = sha256(" ".join((llvmlite.__version__, *_processor())).encode()).hexdigest()
    path = cache_folder() / f"{kernel.name}-{machine[:12]}.o"
    if code := _saved(path):
        return code
    from engine.columns.ahead import compile_kernel

    notify()
    code = compile_kernel(kernel)
    _save(path, code)
    return code


def _saved(path: Path) -> bytes:
    """Read what ``_save`` wrote; b"" where there is no such file, or a damaged one."""
    try:
        data = path.read_bytes()
    except OSError:
        return b""
    checksum, code = data[:_CHECKSUM_SIZE], data[_CHECKSUM_SIZE:]
    return code if sha256(code).digest() == checksum else b""


def _save(path: Path, code: bytes) -> None:
    """Write a file as a whole or not at all; where that is not allowed, compile each time."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}")
        temporary.write_bytes(sha256(code).digest() + code)
        temporary.replace(path)
