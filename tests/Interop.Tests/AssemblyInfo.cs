// Encoders, decoders and the server share the cores: one test at a time, or none measures anything.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
