// abi
