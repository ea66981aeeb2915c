package main

import (
	"log"
	"net/http"
)

func main() {
	response, err := http.Get("https://api.payments.example.com/health")
	if err != nil {
		log.Fatal(err)
	}
	defer response.Body.Close()
	log.Println(response.Status)
}
