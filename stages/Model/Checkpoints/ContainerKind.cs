namespace Llava.Model.Checkpoints;

enum ContainerKind { Safetensors, Zip, LegacyPickle, Hdf5 }
