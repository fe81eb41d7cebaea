terraform {
  # Ephemeral variables are of 1.10.
  required_version = ">= 1.10"
}
