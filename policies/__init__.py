"""What may leave, to whom, why and in what form: data, and one pure decision."""
