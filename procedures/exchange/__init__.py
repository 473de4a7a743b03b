"""What is exchanged with other systems, in the forms that the nation has agreed on."""
