"""What Camunda 7, Operaton, Flowable, Activiti and Camunda 8 write, and what becomes of it here."""
