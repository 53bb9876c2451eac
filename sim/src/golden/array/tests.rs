use super::*;
use crate::array::{Operand, Padding, Rescale, Shape, Weights, Window};

fn tensor(shape: [u32; 3], zero_point: i8, codes: &[i8]) -> Tensor {
    Tensor {
        shape: Shape::new(shape[0], shape[1], shape[2]),
        zero_point,
        codes: codes.to_vec(),
    }
}

fn layer(input: &Tensor, operation: Operation) -> Layer {
    Layer {
        input: input.shape,
        input_zero_point: input.zero_point,
        output_zero_point: input.zero_point,
        clamp: [-128, 127],
        operation,
    }
}

fn weights(codes: &[i8], bias: &[i32]) -> Weights {
    Weights {
        codes: codes.to_vec(),
        bias: bias.to_vec(),
        rescales: vec![Rescale::ONE; bias.len()],
    }
}

#[track_caller]
fn check(operation: Operation, input: &Tensor, expected: &[i8]) {
    let output = evaluate(&layer(input, operation), &[input]).unwrap();
    assert_eq!(output.codes, expected);
}

#[test]
fn convolution_pads_with_the_real_zero() {
    let input = tensor([2, 2, 1], 10, &[11, 12, 13, 14]);
    let conv = |window, codes: &[i8]| Operation::Conv {
        window,
        channels: 1,
        weights: weights(codes, &[0]),
    };
    let ones = [1; 9];
    let same = |stride| Window::square(3, stride, Padding::Same);
    check(conv(same(1), &ones), &input, &[20, 20, 20, 20]);
    check(conv(same(2), &ones), &input, &[20]);
    check(conv(Window::POINT, &[2]), &input, &[12, 14, 16, 18]);
    let valid = Window::square(2, 1, Padding::Valid);
    check(conv(valid, &[1, 2, 3, 4]), &input, &[40]);
}

#[test]
fn odd_padding_lies_at_the_end() {
    let input = tensor([1, 4, 1], 0, &[1, 2, 3, 4]);
    let window = Window {
        kernel: [1, 2],
        stride: [1, 1],
        padding: Padding::Same,
    };
    let operation = Operation::Conv {
        window,
        channels: 1,
        weights: weights(&[1, 10], &[0]),
    };
    check(operation, &input, &[21, 32, 43, 4]);
}

#[test]
fn depthwise_keeps_channels_apart() {
    let input = tensor([1, 1, 2], 0, &[3, 5]);
    let operation = Operation::Depthwise {
        window: Window::POINT,
        multiplier: 2,
        weights: weights(&[1, 2, 3, 4], &[0, 0, 0, 7]),
    };
    check(operation, &input, &[3, 6, 15, 27]);
}

#[test]
fn fully_connected_reads_every_element() {
    let input = tensor([1, 2, 2], 1, &[2, 3, 4, 5]);
    let operation = Operation::FullyConnected {
        channels: 2,
        weights: weights(&[1, 1, 1, 1, 0, 0, 0, -1], &[0, 100]),
    };
    check(operation, &input, &[11, 97]);
}

#[test]
fn pooling_leaves_padding_out() {
    let input = tensor([2, 3, 1], 5, &[-3, -4, -6, -8, -1, -2]);
    let window = Window::square(2, 2, Padding::Same);
    check(Operation::MaxPool { window }, &input, &[-1, -2]);
    check(Operation::AveragePool { window }, &input, &[-4, -4]);
    let odd = tensor([1, 2, 1], 0, &[2, 3]);
    let window = Window {
        kernel: [1, 2],
        stride: [1, 1],
        padding: Padding::Valid,
    };
    check(Operation::AveragePool { window }, &odd, &[3]);
}

#[test]
fn addition_rescales_each_operand() {
    let [a, b] = [
        tensor([1, 1, 2], 1, &[11, -9]),
        tensor([1, 1, 2], -1, &[3, 127]),
    ];
    let half = Rescale::from_real(0.5);
    let operand = |tensor: &Tensor| Operand {
        rescale: half,
        zero_point: tensor.zero_point,
    };
    let operation = Operation::Add {
        operands: [operand(&a), operand(&b)],
        rescale: Rescale::from_real(2.0 / (1 << Operation::ADD_SHIFT) as f64),
    };
    let mut layer = layer(&a, operation);
    layer.clamp = [-128, 100];
    let output = evaluate(&layer, &[&a, &b]).unwrap();
    assert_eq!(output.codes, [15, 100]);
}

#[test]
fn relu_is_a_rescale_and_a_clamp() {
    let input = tensor([1, 1, 3], -10, &[-20, -10, 20]);
    let operation = Operation::Relu {
        rescale: Rescale::from_real(2.0),
    };
    let mut layer = layer(&input, operation);
    layer.clamp = [-10, 40];
    let output = evaluate(&layer, &[&input]).unwrap();
    assert_eq!(output.codes, [-10, -10, 40]);
}

#[test]
fn products_are_counted_inside_of_the_image() {
    let input = tensor([2, 2, 1], 0, &[1, 0, 0, 1]);
    let operation = Operation::Conv {
        window: Window::square(3, 1, Padding::Same),
        channels: 1,
        weights: weights(&[0, 0, 0, 0, 1, 0, 0, 0, 1], &[0]),
    };
    let count = products(&layer(&input, operation), &input);
    assert_eq!(
        count,
        Products {
            dense: 16,
            valid: 3
        }
    );
}

#[track_caller]
fn check_refused(change: impl FnOnce(&mut Layer), expected: &str) {
    let input = tensor([1, 1, 1], 0, &[1]);
    let operation = Operation::Conv {
        window: Window::POINT,
        channels: 1,
        weights: weights(&[1], &[0]),
    };
    let mut layer = layer(&input, operation);
    change(&mut layer);
    let error = evaluate(&layer, &[&input]).unwrap_err().to_string();
    assert_eq!(error, expected);
}

fn set_weights(change: impl FnOnce(&mut Weights)) -> impl FnOnce(&mut Layer) {
    move |layer| {
        if let Operation::Conv { weights, .. } = &mut layer.operation {
            change(weights);
        }
    }
}

fn set_window(window: Window) -> impl FnOnce(&mut Layer) {
    move |layer| layer.operation = Operation::MaxPool { window }
}

#[test]
fn impossible_layers_are_refused() {
    check_refused(
        |l| l.input.channels = 0,
        "a tensor of 1x1x0 has no elements",
    );
    check_refused(|l| l.clamp = [1, 0], "the clamp [1, 0] is empty");
    check_refused(
        |l| l.input_zero_point = 3,
        "input 0 of 1x1x1 does not match a layer that reads 1x1x1",
    );
    check_refused(
        set_weights(|w| w.codes.clear()),
        "0 weights where 1 are needed",
    );
    check_refused(
        set_weights(|w| w.bias.push(0)),
        "2 biases where 1 are needed",
    );
    check_refused(
        set_weights(|w| w.bias[0] = i32::MAX),
        "the sums of output channel 0 can reach 2147483775, which shifted left by 1 leaves 32 bits",
    );
    check_refused(
        set_weights(|w| w.rescales[0].shift = 31),
        "the factor 1073741824 * 2^(31 - 31) is out of range",
    );
    check_refused(
        set_window(Window::square(11, 1, Padding::Same)),
        "a kernel of 11 with stride 1 is not supported",
    );
    check_refused(
        set_window(Window::square(3, 0, Padding::Same)),
        "a kernel of 3 with stride 0 is not supported",
    );
    check_refused(
        set_window(Window::square(3, 1, Padding::Valid)),
        "a tensor of 0x0x1 has no elements",
    );
}
