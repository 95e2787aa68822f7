"""What programs ask of benefits."""
