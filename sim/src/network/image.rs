//! A network as the array runs it: every layer compiled, all tensors and weights at their places in one memory.

use std::collections::BTreeMap;

use dysta_config::accelerator::Accelerator;

use super::channels::choose;
use super::{Network, Node, Profiles, Work, evaluate_node};
use crate::array::stream::{self, Order};
use crate::array::{
    Channels, Compiled, Layer, LayerError, Mapping, Operation, Padding, Shape, Tensor, Window,
};
use crate::golden::array::timing::Nonzeros;

/// Share of activations expected not to be zero, where nothing is known.
const DENSITY: f64 = 0.5;
/// Alignment of everything in memory, in bytes.
const LINE: usize = 256;
/// Bytes that the array may read beyond the end of a stream.
const BEYOND: usize = 512;

/// A tensor in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Address of its first byte, a multiple of 256.
    pub address: usize,
    /// Extent.
    pub shape: Shape,
    /// Code of the real value zero.
    pub zero_point: i8,
    /// Order of its chunks.
    pub order: Order,
    /// Where its channels lie.
    pub channels: Channels,
}

impl Place {
    /// Reads the tensor and tells its bytes in memory; nothing if it is not whole.
    pub fn read(&self, memory: &[u8]) -> Option<(Tensor, u64)> {
        let bytes = stream::stored(memory, self.address)?;
        let tensor = stream::unpack(bytes, self.shape, self.zero_point, &self.order)?;
        Some((self.channels.restore(&tensor), bytes.len() as u64))
    }

    /// The bytes of a tensor that lies here.
    pub fn packed(&self, tensor: &Tensor) -> Vec<u8> {
        let tensor = Tensor {
            shape: self.shape,
            ..tensor.clone()
        };
        stream::pack(&self.channels.arrange(&tensor), &self.order)
    }

    /// The zeros of a tensor that lies here, as the timing model reads them.
    pub(super) fn nonzeros(&self, tensor: &Tensor) -> Nonzeros {
        Nonzeros::packed(&self.packed(tensor), self.shape, &self.order)
    }

    fn write(&self, memory: &mut [u8], tensor: &Tensor) {
        let bytes = self.packed(tensor);
        memory[self.address..self.address + bytes.len()].copy_from_slice(&bytes);
    }

    /// The same bytes as one position that holds all elements, where that is what they are.
    fn flat(&self) -> Option<Order> {
        let is_flat = self.shape.height == 1 && self.shape.width == 1;
        is_flat.then(|| Order::raster(Shape::new(1, 1, self.shape.channels)))
    }
}

/// What is done for one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The array runs a descriptor. Before it the driver may have to lay inputs out anew.
    Array {
        /// Words of the descriptor.
        descriptor: Vec<u32>,
        /// How the layer is cut.
        mapping: Mapping,
        /// Tensors that the driver lays out anew, and where.
        relaid: Vec<(usize, Place)>,
    },
    /// The driver computes the node.
    Host,
}

/// A network in memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Image {
    /// What is done, node by node.
    pub steps: Vec<Step>,
    /// Where tensors lie.
    pub places: BTreeMap<usize, Place>,
    /// Memory before the first layer: weights at their places.
    pub memory: Vec<u8>,
}

impl Image {
    /// Compiles all layers, with the channels of every tensor at the places where they balance the rows of the array.
    ///
    /// # Errors
    /// The node that the array cannot run, and why.
    pub fn new(
        a: &Accelerator,
        network: &Network,
        profiles: &Profiles,
    ) -> Result<Self, (usize, LayerError)> {
        let mut natural = Builder::new(a, network, profiles, BTreeMap::new());
        natural.run()?;
        let channels = choose(a, network, &natural.image.steps, profiles);
        if channels.is_empty() {
            return Ok(natural.image);
        }
        let mut balanced = Builder::new(a, network, profiles, channels);
        // Weights at other places may not fit a bank that they fitted.
        match balanced.run() {
            Ok(()) => Ok(balanced.image),
            Err(_) => Ok(natural.image),
        }
    }

    /// Writes an input of the network into a memory. A tensor that the network does not have, or of another extent, changes
    /// nothing and gives false.
    pub fn write(&self, memory: &mut [u8], tensor: usize, value: &Tensor) -> bool {
        match self.places.get(&tensor) {
            Some(place) if place.shape == value.shape => {
                place.write(memory, value);
                true
            }
            _ => false,
        }
    }

    /// Reads a tensor, with the number of its bytes in memory; nothing if it is not whole.
    pub fn read(&self, memory: &[u8], tensor: usize) -> Option<(Tensor, u64)> {
        self.places.get(&tensor)?.read(memory)
    }

    /// Lays a tensor out at another place: in another order, or as one position. Gives false if it is not whole.
    pub fn relay(&self, memory: &mut [u8], tensor: usize, place: &Place) -> bool {
        match self.read(memory, tensor) {
            Some((tensor, _)) => {
                place.write(memory, &tensor);
                true
            }
            None => false,
        }
    }

    /// Computes a node outside of the array. Gives false if an input is not whole.
    ///
    /// # Errors
    /// If the node refuses its inputs.
    pub fn run_host(
        &self,
        memory: &mut [u8],
        network: &Network,
        node: &Node,
    ) -> Result<bool, LayerError> {
        let inputs: Option<Vec<Tensor>> = node
            .inputs
            .iter()
            .map(|input| Some(self.read(memory, *input)?.0))
            .collect();
        let Some(inputs) = inputs else {
            return Ok(false);
        };
        let output = evaluate_node(network, node, &inputs.iter().collect::<Vec<_>>())?;
        Ok(self.write(memory, node.output, &output))
    }
}

/// Tensors that are laid out anew, and where.
type Relaid = Vec<(usize, Place)>;

struct Builder<'a> {
    accelerator: &'a Accelerator,
    network: &'a Network,
    profiles: &'a Profiles,
    /// Where the channels of tensors lie that are not in natural order.
    channels: BTreeMap<usize, Channels>,
    image: Image,
}

impl<'a> Builder<'a> {
    fn new(
        accelerator: &'a Accelerator,
        network: &'a Network,
        profiles: &'a Profiles,
        channels: BTreeMap<usize, Channels>,
    ) -> Self {
        Self {
            accelerator,
            network,
            profiles,
            channels,
            image: Image {
                steps: Vec::new(),
                places: BTreeMap::new(),
                memory: Vec::new(),
            },
        }
    }

    fn run(&mut self) -> Result<(), (usize, LayerError)> {
        for tensor in &self.network.inputs {
            self.place_raster(*tensor);
        }
        for (index, node) in self.network.nodes.iter().enumerate() {
            let step = self.step(node).map_err(|error| (index, error))?;
            self.image.steps.push(step);
        }
        Ok(())
    }

    /// Where the channels of a tensor lie.
    fn channels(&self, tensor: usize) -> Channels {
        self.channels.get(&tensor).cloned().unwrap_or_default()
    }

    /// Keeps bytes free behind all others; gives their address.
    fn reserve(&mut self, bytes: usize) -> usize {
        let address = self.image.memory.len();
        let end = (address + bytes + BEYOND).next_multiple_of(LINE);
        self.image.memory.resize(end, 0);
        address
    }

    /// A tensor that the driver writes.
    fn raster(&mut self, shape: Shape, zero_point: i8, channels: Channels) -> Place {
        Place {
            address: self.reserve(stream::capacity(shape)),
            shape,
            zero_point,
            order: Order::raster(shape),
            channels,
        }
    }

    fn place_raster(&mut self, tensor: usize) {
        if let Some(activation) = self.network.activations.get(&tensor) {
            let place = self.raster(activation.shape, activation.zero_point, Channels::NATURAL);
            self.image.places.insert(tensor, place);
        }
    }

    fn step(&mut self, node: &Node) -> Result<Step, LayerError> {
        let Work::Array(layer) = &node.work else {
            self.place_raster(node.output);
            return Ok(Step::Host);
        };
        let inputs = self.inputs(node)?;
        let (compiled, relaid) = match &inputs[..] {
            [first, second] => self.compile_addition(node, layer, [first, second])?,
            _ => self.compile(node, layer, &inputs[0])?,
        };
        let address = |side: usize| {
            let moved = relaid
                .iter()
                .find(|(tensor, _)| *tensor == node.inputs[side]);
            moved.map_or(&inputs[side], |(_, place)| place).address as u32
        };
        let second = match inputs.len() {
            2 => address(1),
            _ => self.write_weights(&compiled.weights) as u32,
        };
        let output = self.reserve(compiled.output_bytes());
        let place = Place {
            address: output,
            shape: layer.output(),
            zero_point: layer.output_zero_point,
            order: compiled.output_order(),
            channels: self.channels(node.output),
        };
        self.image.places.insert(node.output, place);
        Ok(Step::Array {
            descriptor: compiled.descriptor(address(0), second, output as u32),
            mapping: compiled.mapping,
            relaid,
        })
    }

    /// Places of the inputs of a node, at least one.
    fn inputs(&self, node: &Node) -> Result<Vec<Place>, LayerError> {
        let places = node.inputs.iter();
        let places: Vec<Place> = places
            .filter_map(|input| self.image.places.get(input).cloned())
            .collect();
        match places.len() == node.inputs.len() && !places.is_empty() {
            true => Ok(places),
            false => Err(LayerError::Count {
                what: "inputs",
                found: places.len(),
                wanted: node.inputs.len().max(1),
            }),
        }
    }

    fn write_weights(&mut self, weights: &[u8]) -> usize {
        let address = self.reserve(weights.len());
        self.image.memory[address..address + weights.len()].copy_from_slice(weights);
        address
    }

    /// Compiles an addition. Inputs that do not lie in one order are laid out row by row.
    fn compile_addition(
        &mut self,
        node: &Node,
        layer: &Layer,
        inputs: [&Place; 2],
    ) -> Result<(Compiled, Relaid), LayerError> {
        let a = self.accelerator;
        let compile = |order| Compiled::new(a, layer, order, DENSITY, None);
        let [first, second] = inputs;
        if first.order.is_like(&second.order, first.shape)
            && let Ok(compiled) = compile(first.order)
        {
            return Ok((compiled, Vec::new()));
        }
        let raster = Order::raster(layer.input);
        let mut relaid = Vec::new();
        for (tensor, place) in node.inputs.iter().zip(inputs) {
            if !place.order.is_like(&raster, place.shape) {
                let channels = place.channels.clone();
                relaid.push((
                    *tensor,
                    self.raster(place.shape, place.zero_point, channels),
                ));
            }
        }
        Ok((compile(raster)?, relaid))
    }

    /// The order in which the output of a node should lie: that of a tensor which it is added to.
    fn wanted(&self, node: &Node) -> Option<Order> {
        let adds = |next: &&Node| next.inputs.len() == 2 && next.inputs.contains(&node.output);
        let next = self.network.nodes.iter().find(adds)?;
        let other = next.inputs.iter().find(|input| **input != node.output)?;
        self.image.places.get(other).map(|place| place.order)
    }

    /// Compiles a layer for an input as it lies in memory. A fully connected layer reads a whole image as a convolution with a
    /// window of that size; where this does not fit, the driver lays the image out as one position.
    fn compile(
        &mut self,
        node: &Node,
        layer: &Layer,
        input: &Place,
    ) -> Result<(Compiled, Relaid), LayerError> {
        let a = self.accelerator;
        let profile = node.inputs.first().and_then(|i| self.profiles.get(i));
        let mean = |profile: &Vec<f64>| profile.iter().sum::<f64>() / profile.len().max(1) as f64;
        let density = profile.map_or(DENSITY, mean);
        let wanted = self.wanted(node);
        let output = self.channels(node.output);
        let compile = |layer: &Layer, order| {
            let layer = layer.arranged(&input.channels, &output);
            let into = |into| Compiled::into_order(a, &layer, order, density, into).ok();
            match wanted.and_then(into) {
                Some(compiled) => Ok(compiled),
                None => Compiled::new(a, &layer, order, density, None),
            }
        };
        let Operation::FullyConnected { channels, weights } = &layer.operation else {
            return Ok((compile(layer, input.order)?, Vec::new()));
        };
        if let Some(order) = input.flat() {
            return Ok((compile(layer, order)?, Vec::new()));
        }
        let whole = Layer {
            operation: Operation::Conv {
                window: Window {
                    kernel: [layer.input.height, layer.input.width],
                    stride: [1, 1],
                    padding: Padding::Valid,
                },
                channels: *channels,
                weights: weights.clone(),
            },
            ..layer.clone()
        };
        match compile(&whole, input.order) {
            Ok(compiled) => Ok((compiled, Vec::new())),
            Err(LayerError::NoMapping { .. }) => {
                let flat = Shape::new(1, 1, layer.input.len() as u32);
                let place = self.raster(flat, input.zero_point, Channels::NATURAL);
                let layer = layer.arranged(&Channels::NATURAL, &output);
                let compiled = Compiled::new(a, &layer, place.order, density, None)?;
                Ok((compiled, vec![(node.inputs[0], place)]))
            }
            Err(error) => Err(error),
        }
    }
}
