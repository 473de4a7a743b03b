"""One BPMN file while it is read: safe XML, its ids, its expressions, what goes in and out of its activities."""
