"""Runs models with TensorFlow Lite Micro: for every NAME.tflite of a folder, inputs NAME.0, NAME.1 ... give NAME.out.

With a list of tensors in NAME.tensors, one index a line, each gives NAME.tINDEX.
"""

import pathlib
import sys

import numpy
from tflite_micro import runtime

for model in sorted(pathlib.Path(sys.argv[1]).glob("*.tflite")):
    tensors = model.with_suffix(".tensors")
    config = runtime.InterpreterConfig.kAllocationRecording
    if tensors.exists():
        config = runtime.InterpreterConfig.kPreserveAllTensors
    interpreter = runtime.Interpreter.from_bytes(model.read_bytes(), intrepreter_config=config)
    for index, file in enumerate(sorted(model.parent.glob(model.stem + ".[0-9]"))):
        shape = interpreter.get_input_details(index)["shape"]
        codes = numpy.frombuffer(file.read_bytes(), numpy.int8)
        interpreter.set_input(codes.reshape(shape), index)
    interpreter.invoke()
    model.with_suffix(".out").write_bytes(interpreter.get_output(0).tobytes())
    if tensors.exists():
        for index in tensors.read_text().split():
            found = interpreter.GetTensor(int(index), 0)["tensor_data"]
            model.with_suffix(".t" + index).write_bytes(found.tobytes())
