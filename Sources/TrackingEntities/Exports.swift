// Keys and values are part of the model: who uses it uses them.
@_exported public import TextCodecs
