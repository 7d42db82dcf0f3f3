"""Compiles kernels to object files that need neither numba nor Python (see ``native``).

Numba makes LLVM's intermediate code of a kernel and of all that it calls. Around the kernel
comes an *entry*, which reads the arguments from words. What numba's own runtime would do, to
get and release the memory of arrays, ``_RUNTIME`` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import count
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba import from_dtype, types
from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import populate_array

from engine.columns.native import (
    ENTRY,
    ArrayType,
    Kernel,
    array_type,
    fields,
    target_machine,
    type_of_handle,
)
from engine.jit import njit

# A block of memory begins with numba's ``MemInfo``: the number of references, the function that
# releases the data and its argument, the address and size of the data, and an allocator. The
# data follows, so both are released as one.
_RUNTIME = """
%MemInfo = type { i64, ptr, ptr, ptr, i64, ptr }

declare ptr @malloc(i64)
declare void @free(ptr)

define ptr @NRT_MemInfo_alloc_aligned(i64 %size, i32 %align) {
  %boundary = zext i32 %align to i64
  %before = add i64 %boundary, 48
  %room = add i64 %size, %before
  %memory = call ptr @malloc(i64 %room)
  %failed = icmp eq ptr %memory, null
  br i1 %failed, label %none, label %some
none:
  ret ptr null
some:
  %address = ptrtoint ptr %memory to i64
  %end = add i64 %address, %before
  %down = sub i64 0, %boundary
  %aligned = and i64 %end, %down
  %data = inttoptr i64 %aligned to ptr
  store %MemInfo { i64 1, ptr null, ptr null, ptr null, i64 0, ptr null }, ptr %memory
  %data_field = getelementptr %MemInfo, ptr %memory, i32 0, i32 3
  store ptr %data, ptr %data_field
  %size_field = getelementptr %MemInfo, ptr %memory, i32 0, i32 4
  store i64 %size, ptr %size_field
  ret ptr %memory
}

define void @NRT_MemInfo_call_dtor(ptr %memory) {
  call void @free(ptr %memory)
  ret void
}
"""
_KNOWN = {"malloc", "free", "memcpy", "memmove", "memset", "log", "log10", "floor"}


def compile_kernel(kernel: Kernel) -> bytes:
    """Return the object code of a kernel, in which ``ENTRY`` is the function to call."""
    module = _compile(kernel)
    module.link_in(llvm.parse_assembly(_RUNTIME))
    module.verify()
    declared = {function.name for function in module.functions if function.is_declaration}
    missing = {name for name in declared - _KNOWN if not name.startswith("llvm.")}
    if missing:
        raise RuntimeError(f"{kernel.name} needs {', '.join(sorted(missing))}, which numba has")
    code: bytes = target_machine().emit_object(module)
    return code


def _compile(kernel: Kernel) -> Any:
    """Return the intermediate code of a kernel and of all that it calls."""
    function = getattr(import_module(kernel.module), kernel.name)
    load = _loader(kernel.types)

    @njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)
    def entry(words):
        return function(*load(words))

    entry.compile((types.CPointer(types.int64),))
    (compiled,) = entry.overloads.values()
    module = llvm.parse_assembly(compiled.library.get_llvm_str())
    module.get_function(compiled.fndesc.llvm_func_name).name = ENTRY
    return module


def _numba_type(type_: Any) -> Any:
    if kind := array_type(type_):
        return _numba_array(kind)
    if tuple_type := type_of_handle(type_):
        return _numba_type(tuple_type)
    if type_ in (int, float, bool):
        return {int: types.int64, float: types.float64, bool: types.boolean}[type_]
    return types.NamedTuple([_numba_type(field) for field in fields(type_)], type_)


def _numba_array(kind: ArrayType) -> Any:
    return types.Array(from_dtype(kind.dtype), kind.dimensions, "C")


# --- reading arguments from words -------------------------------------------------------------


def _loader(declared: Sequence[Any]) -> Any:
    """Return a function for compiled code that reads arguments from the address of their words."""
    arguments = types.Tuple([_numba_type(type_) for type_ in declared])

    @intrinsic
    def load(context: Any, address: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            words = _words(builder, values[0])
            loaded = [_load(context, builder, type_, words) for type_ in declared]
            return context.make_tuple(builder, arguments, loaded)

        return arguments(types.CPointer(types.int64)), generate

    return load


def _words(builder: Any, address: Any) -> Iterator[Any]:
    for at in count():
        yield builder.load(cgutils.gep_inbounds(builder, address, at))


def _load(context: Any, builder: Any, type_: Any, words: Iterator[Any]) -> Any:
    """Read a value of a declared type."""
    if kind := array_type(type_):
        return _load_array(context, builder, kind, words)
    if tuple_type := type_of_handle(type_):
        address = builder.inttoptr(next(words), _WORD.as_pointer())
        return _load(context, builder, tuple_type, _words(builder, address))
    if type_ is int:
        return next(words)
    if type_ is float:
        return builder.bitcast(next(words), ir.DoubleType())
    if type_ is bool:
        return builder.icmp_signed("!=", next(words), _WORD(0))
    values = [_load(context, builder, field, words) for field in fields(type_)]
    return context.make_tuple(builder, _numba_type(type_), values)


def _load_array(context: Any, builder: Any, kind: ArrayType, words: Iterator[Any]) -> Any:
    """Read an array from NumPy's object, as NumPy's C API lays it out (``PyArrayObject_fields``).

    Its first fields are the address of the data, the number of dimensions and the address of
    their sizes.
    """
    loaded = context.make_array(_numba_array(kind))(context, builder)
    array = builder.inttoptr(next(words), _WORD.as_pointer())
    data, _, sizes = (
        builder.load(cgutils.gep_inbounds(builder, array, _FIRST_FIELD + at)) for at in range(3)
    )
    data = builder.inttoptr(data, loaded.data.type)
    sizes = builder.inttoptr(sizes, _WORD.as_pointer())
    shape = [
        builder.load(cgutils.gep_inbounds(builder, sizes, at)) for at in range(kind.dimensions)
    ]
    item = kind.dtype.itemsize
    strides = [_WORD(item)]
    for size in reversed(shape[1:]):
        strides.insert(0, builder.mul(strides[0], size))
    populate_array(loaded, data, shape, strides, item, meminfo=None)
    return loaded._getvalue()


_WORD = ir.IntType(64)
_FIRST_FIELD = object.__basicsize__ // 8  # words that every object of Python begins with
