//! The tables of the TensorFlow Lite schema, version 3, that a reader of networks needs: every field with its slot and
//! default. `planus` walks the bytes and finds what lies outside of the file; nothing here trusts a number.

use planus::table_reader::Table;
use planus::{SliceWithStartOffset, TableRead, Vector};

pub(super) type Read<T> = Result<T, planus::Error>;
type Kind = planus::errors::ErrorKind;

/// A list of tables.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tables<'a> {
    /// From the first offset on.
    offsets: SliceWithStartOffset<'a>,
    len: usize,
}

impl<'a> Tables<'a> {
    /// A list without tables.
    const EMPTY: Self = Self {
        offsets: SliceWithStartOffset {
            buffer: &[],
            offset_from_start: 0,
        },
        len: 0,
    };

    pub fn len(&self) -> usize {
        self.len
    }

    /// The table of an index; nothing behind the last.
    pub fn get<T: TableRead<'a>>(&self, index: usize) -> Option<Read<T>> {
        (index < self.len).then(|| {
            let table = T::from_buffer(self.offsets, 4 * index);
            table.map_err(|kind| {
                kind.with_error_location("list", "get", self.offsets.offset_from_start)
            })
        })
    }

    pub fn iter<T: TableRead<'a>>(self) -> impl Iterator<Item = Read<T>> {
        (0..self.len).filter_map(move |index| self.get(index))
    }
}

impl<'a> TableRead<'a> for Tables<'a> {
    fn from_buffer(buffer: SliceWithStartOffset<'a>, offset: usize) -> Result<Self, Kind> {
        let to_list = u32::from_buffer(buffer, offset)? as usize;
        let list = buffer.advance(offset.checked_add(to_list).ok_or(Kind::InvalidOffset)?)?;
        let len = u32::from_buffer(list, 0)? as usize;
        let offsets = list.advance(4)?;
        match len
            .checked_mul(4)
            .is_some_and(|bytes| bytes <= offsets.len())
        {
            true => Ok(Self { offsets, len }),
            false => Err(Kind::InvalidLength),
        }
    }
}

/// Declares tables: `Type "name" { slot field: type = default; }`.
macro_rules! tables {
    ($($(#[$doc:meta])* $table:ident $label:literal {
        $($slot:literal $field:ident: $kind:ty = $default:expr;)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $table<'a>(Table<'a>);

        impl<'a> TableRead<'a> for $table<'a> {
            fn from_buffer(buffer: SliceWithStartOffset<'a>, offset: usize) -> Result<Self, Kind> {
                Ok(Self(Table::from_buffer(buffer, offset)?))
            }
        }

        impl<'a> $table<'a> {
            $(pub fn $field(&self) -> Read<$kind> {
                let field = self.0.access($slot, $label, stringify!($field))?;
                Ok(field.unwrap_or($default))
            })*
        }
    )*};
}

tables! {
    /// The file.
    Model "model" {
        1 operator_codes: Tables<'a> = Tables::EMPTY;
        2 subgraphs: Tables<'a> = Tables::EMPTY;
        4 buffers: Tables<'a> = Tables::EMPTY;
    }
    /// What operators of an index compute.
    OperatorCode "operator_code" {
        0 deprecated_builtin_code: i8 = 0;
        3 builtin_code: i32 = 0;
    }
    /// A network.
    SubGraph "subgraph" {
        0 tensors: Tables<'a> = Tables::EMPTY;
        1 inputs: Vector<'a, i32> = Vector::new_empty();
        2 outputs: Vector<'a, i32> = Vector::new_empty();
        3 operators: Tables<'a> = Tables::EMPTY;
    }
    /// Activations or constants.
    TensorTable "tensor" {
        0 shape: Vector<'a, i32> = Vector::new_empty();
        1 kind: i8 = 0;
        2 buffer: u32 = 0;
        3 name: &'a str = "";
    }
    /// Scales and zero points of a tensor.
    Quantization "quantization" {
        2 scale: Vector<'a, f32> = Vector::new_empty();
        3 zero_point: Vector<'a, i64> = Vector::new_empty();
        6 quantized_dimension: i32 = 0;
    }
    /// Bytes of a constant.
    BufferTable "buffer" {
        0 data: &'a [u8] = &[];
    }
    /// A step of the network.
    OperatorTable "operator" {
        0 opcode_index: u32 = 0;
        1 inputs: Vector<'a, i32> = Vector::new_empty();
        2 outputs: Vector<'a, i32> = Vector::new_empty();
    }
    /// Options of an operator: a table of a type that the operator's code tells.
    Options "options" {}
}

impl<'a> TensorTable<'a> {
    pub fn quantization(&self) -> Read<Option<Quantization<'a>>> {
        self.0.access(4, "tensor", "quantization")
    }
}

impl<'a> OperatorTable<'a> {
    pub fn options(&self) -> Read<Option<Options<'a>>> {
        self.0.access(4, "operator", "options")
    }
}

/// Options of the kinds of operators; each kind counts its slots anew.
macro_rules! options {
    ($($name:ident { $($slot:literal $field:ident: $kind:ty = $default:expr;)* })*) => {$(
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name {
            $(pub $field: $kind,)*
        }

        impl $name {
            /// Reads the options; an operator without them has the defaults.
            pub fn read(options: Option<Options<'_>>) -> Read<Self> {
                let Some(Options(table)) = options else {
                    return Ok(Self { $($field: $default),* });
                };
                Ok(Self {
                    $($field: table.access($slot, stringify!($name), stringify!($field))?.unwrap_or($default),)*
                })
            }
        }
    )*};
}

options! {
    Conv2DOptions {
        0 padding: i8 = 0;
        1 stride_w: i32 = 0;
        2 stride_h: i32 = 0;
        3 activation: i8 = 0;
        4 dilation_w: i32 = 1;
        5 dilation_h: i32 = 1;
    }
    DepthwiseConv2DOptions {
        0 padding: i8 = 0;
        1 stride_w: i32 = 0;
        2 stride_h: i32 = 0;
        4 activation: i8 = 0;
        5 dilation_w: i32 = 1;
        6 dilation_h: i32 = 1;
    }
    Pool2DOptions {
        0 padding: i8 = 0;
        1 stride_w: i32 = 0;
        2 stride_h: i32 = 0;
        3 filter_w: i32 = 0;
        4 filter_h: i32 = 0;
        5 activation: i8 = 0;
    }
    FullyConnectedOptions {
        0 activation: i8 = 0;
        1 weights_format: i8 = 0;
    }
    AddOptions {
        0 activation: i8 = 0;
    }
    SoftmaxOptions {
        0 beta: f32 = 0.0;
    }
}

/// The root table of a file.
pub(super) fn root(bytes: &[u8]) -> Read<Model<'_>> {
    let buffer = SliceWithStartOffset {
        buffer: bytes,
        offset_from_start: 0,
    };
    Model::from_buffer(buffer, 0).map_err(|kind| kind.with_error_location("file", "root", 0))
}
