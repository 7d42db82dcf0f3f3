"""Machine instructions that numba has no name for."""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic
def popcount(context: Any, word: Any) -> Any:
    """Count the bits of a uint64 that are set (int64)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


@intrinsic
def lowest(context: Any, word: Any) -> Any:
    """Return the place of the lowest bit that is set in a uint64 other than 0 (int64)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], cgutils.true_bit)

    return types.int64(types.uint64), generate


@intrinsic
def equal_bytes(context: Any, array: Any, at: Any, byte: Any) -> Any:
    """Compare 64 bytes of a contiguous uint8 array, from ``array[at]`` on, with ``byte``.

    Returns a uint64, of which bit ``i`` is set where ``array[at + i]`` is that byte.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        proxy = context.make_array(signature.args[0])(context, builder, arguments[0])
        many = ir.VectorType(ir.IntType(8), 64)
        address = builder.gep(proxy.data, [arguments[1]])
        found = builder.load(builder.bitcast(address, many.as_pointer()), align=1)
        single = builder.insert_element(
            ir.Constant(many, ir.Undefined), arguments[2], ir.IntType(32)(0)
        )
        spread = ir.Constant(ir.VectorType(ir.IntType(32), 64), [0] * 64)
        wanted = builder.shuffle_vector(single, ir.Constant(many, ir.Undefined), spread)
        return builder.bitcast(builder.icmp_unsigned("==", found, wanted), ir.IntType(64))

    return types.uint64(array, types.int64, types.uint8), generate


@intrinsic
def prefetch(context: Any, array: Any, at: Any) -> Any:
    """Fetch ``array[at]`` of a contiguous array into the cache, without waiting for it."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        proxy = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.gep(proxy.data, [arguments[1]])
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        function = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
        read, soon, data = number(0), number(3), number(1)
        builder.call(function, [builder.bitcast(address, byte), read, soon, data])
        return context.get_dummy_value()

    return types.void(array, types.int64), generate
